"""The headers that every answer carries, and those that tell what the server runs."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.answer_kinds import answers_of_each_kind
from boxproof.probes.work import Work

#: Frameworks name themselves here, often with their version.
POWERED_BY = "X-Powered-By"


@clause(
    "hygiene.headers-sent",
    Level.MUST,
    "Every answer, errors too, MUST carry the promised headers.",
    promised=lambda config: bool(config.hygiene.headers),
    effect=Effect.WRITES,
)
def headers_sent(work: Work, config: Config) -> None:
    for answer in answers_of_each_kind(work, config):
        for name, promised in config.hygiene.headers.items():
            got = answer.headers.get(name)
            require(got, f"an answer of {answer.status} has no {name}", answer.evidence())
            require(
                not promised or got == promised,
                f"an answer of {answer.status} has {name}: {got}, not {promised}",
                answer.evidence(),
            )


@clause(
    "hygiene.server-hidden",
    Level.MUST,
    "The Server header MUST be as promised on every answer, errors too, and X-Powered-By not sent.",
    promised=lambda config: config.hygiene.server is not None,
    effect=Effect.WRITES,
)
def server_hidden(work: Work, config: Config) -> None:
    """RFC 9110, 10.2.4: a detailed Server header makes known faults easier to exploit."""
    promised = config.hygiene.server or ""
    for answer in answers_of_each_kind(work, config):
        shown = answer.headers.get("Server", "")
        require(
            shown == promised,
            f"an answer of {answer.status} has Server: {shown or 'none'}, not {promised or 'none'}",
            answer.evidence(),
        )
        powered = answer.headers.get(POWERED_BY)
        require(
            powered is None,
            f"an answer of {answer.status} has {POWERED_BY}: {powered}",
            answer.evidence(),
        )
