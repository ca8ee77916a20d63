"""What anybody may read of the service, and what must not stand in it."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged, require
from boxproof.core.redaction import Redaction
from boxproof.core.secret_patterns import secret_in
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.client import Client
from boxproof.probes.internals import decoded
from boxproof.probes.messages import Answer
from boxproof.targets.endpoints import secrets_of


@clause(
    "hygiene.documents-without-secrets",
    Level.MUST,
    "What is read without a credential (health, welcome, OpenAPI document) MUST NOT hold a secret: "
    "a credential of boxproof.toml, a private key, or a token of a form that its issuer documents.",
)
def documents_without_secrets(http: Client, config: Config) -> None:
    known = Redaction(secrets_of(config))
    answers = list(_public(http, config))
    for answer in answers:
        text = decoded(answer.body)
        found = secret_in(text) or ("a credential" if known.found_in(text) else "")
        # The secret itself is shown to nobody.
        require(not found, f"{answer.request.path} holds {found}", [answer.request.curl()])
    if not answers:
        raise NotJudged("nothing is answered without a credential", Cause.UNDECIDED)


def _public(http: Client, config: Config) -> Iterator[Answer]:
    """What is answered to whoever has no credential."""
    welcome, schema = config.welcome, config.schema
    paths = [
        config.health.path,
        config.health.detailed,
        welcome.path if welcome else "",
        schema.path if schema else "",
    ]
    stranger = Client(lambda: replace(http.endpoint(), credentials=()), http.journal)
    for path in dict.fromkeys(filter(None, paths)):
        try:
            yield stranger.get(path)
        except NoAnswer:
            continue
