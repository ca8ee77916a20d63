"""HEAD, which is GET without the body."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client
from boxproof.probes.framed import framed, send_framed
from boxproof.probes.messages import Request

UNKNOWN = "/no-such-path-91c4"
#: What a service says that does not know HEAD.
NOT_KNOWN = (405, 501)


@clause(
    "schema.head-like-get",
    Level.MUST,
    "HEAD MUST be answered as GET is, without a body, or refused (RFC 9110, section 9.3.2).",
)
def head_like_get(http: Client, config: Config) -> None:
    paths = [config.health.path, UNKNOWN]
    paths += [config.welcome.path] if config.welcome is not None else []
    paths += [config.schema.path] if config.schema is not None else []
    for path in paths:
        got = http.get(path)
        asked = Request("HEAD", http.endpoint(), path)
        made = send_framed(asked, framed(asked, []), http.journal)
        require(not made.rest, f"HEAD {path} was answered with a body", made.evidence())
        for each in made.answers:
            require(
                each.status == got.status or each.status in NOT_KNOWN,
                f"HEAD {path} returned {each.status}, and GET {got.status}",
                (*made.evidence(), *got.evidence()),
            )
