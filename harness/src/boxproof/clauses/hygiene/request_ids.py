"""The id by which a request is found again in a log."""

import uuid
from collections.abc import Iterator

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.answer_kinds import UNKNOWN, answers_of_each_kind
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer, Request
from boxproof.probes.work import Work

#: Requests whose ids are compared: enough for every worker to answer several.
COMPARED = 24
#: Nobody's id is as long.
LONG = 4096
INJECTED = "X-Boxproof-Injected"
#: What must not come back as it was sent.
MALFORMED = {
    "an id of 4,096 characters": "a" * LONG,
    "markup": "<script>alert(1)</script>",
    "an escaped line break": f"7%0d%0a{INJECTED}: yes",
    "the end of a JSON string": '7", "level": "error',
    "a byte outside ASCII": "caf\xe9",
}


def has_request_id(config: Config) -> bool:
    """Whether ``boxproof.toml`` names the header that carries the id."""
    return bool(config.hygiene.request_id)


@clause(
    "hygiene.request-id-sent",
    Level.MUST,
    "Every answer, errors too, MUST carry a request id in the promised header.",
    promised=has_request_id,
    effect=Effect.WRITES,
)
def request_id_sent(work: Work, config: Config) -> None:
    name = config.hygiene.request_id
    for answer in answers_of_each_kind(work, config):
        require(
            answer.headers.get(name),
            f"an answer of {answer.status} has no {name}",
            answer.evidence(),
        )


@clause(
    "hygiene.request-id-unique",
    Level.MUST,
    "Requests MUST NOT share a request id that no client chose.",
    promised=has_request_id,
)
def request_id_unique(http: Client, config: Config) -> None:
    name = config.hygiene.request_id
    seen: dict[str, Answer] = {}
    for _ in range(COMPARED):
        answer = http.get(config.health.path)
        own = answer.headers.get(name)
        if not own:
            continue
        evidence = [*seen[own].evidence(), *answer.evidence()] if own in seen else []
        require(own not in seen, f"two requests got {name}: {own}", evidence)
        seen[own] = answer
    if not seen:
        raise NotJudged(f"no answer has {name}", Cause.UNDECIDED)


@clause(
    "hygiene.request-id-taken",
    Level.MUST,
    "A client's own well-formed request id MUST come back as it was sent.",
    promised=lambda config: has_request_id(config) and config.hygiene.takes_request_id,
)
def request_id_taken(http: Client, config: Config) -> None:
    # Libraries and proxies make ids of either form. Whether every answer has one is judged above.
    for own in (str(uuid.uuid4()), uuid.uuid4().hex):
        for answer in _sent(http, config, own):
            name = config.hygiene.request_id
            got = answer.headers.get(name) or own
            require(got == own, f"{name} was {own} and came back as {got!r}", answer.evidence())


@clause(
    "hygiene.request-id-bounded",
    Level.MUST,
    "A client's own request id that is malformed or very long MUST NOT come back as it was sent.",
    promised=has_request_id,
)
def request_id_bounded(http: Client, config: Config) -> None:
    name = config.hygiene.request_id
    for what, own in MALFORMED.items():
        for answer in _sent(http, config, own):
            reflected = own in answer.headers.get(name, "")
            require(not reflected, f"{what} in {name} came back", answer.evidence())
            require(
                INJECTED not in answer.headers,
                f"{what} in {name} became a header of its own",
                answer.evidence(),
            )


def _sent(http: Client, config: Config, own: str) -> Iterator[Answer]:
    """The answers to a look at the health path and to an unknown one; a refusal is one, too."""
    headers = ((config.hygiene.request_id, own),)
    for path in (config.health.path, UNKNOWN):
        try:
            yield http.send(Request("GET", http.endpoint(), path, headers=headers))
        except NoAnswer:
            continue
