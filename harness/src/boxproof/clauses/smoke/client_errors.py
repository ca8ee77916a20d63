"""What is answered to a path that is not there, and to a method that a path does not know."""

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, require
from boxproof.core.effects import Effect
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client
from boxproof.probes.fuzzing import NO_ALLOW
from boxproof.probes.refused_requests import UNKNOWN


@clause(
    "smoke.unknown-path",
    Level.MUST,
    "A request for an unknown path MUST be answered 404 in the documented shape.",
)
def unknown_path(http: Client, shapes: Shapes) -> None:
    answer = http.get(UNKNOWN)
    require(
        answer.status == 404,
        f"an unknown path returned {answer.status}, not 404",
        answer.evidence(),
    )
    shapes.require_documented(answer, "the 404")


@clause(
    "smoke.wrong-method",
    Level.MUST,
    "A method that a path does not allow MUST be answered 405 in the documented shape, with the "
    "Allow header that RFC 9110 (15.5.6) requires.",
    effect=Effect.WRITES,
)
def wrong_method(http: Client, shapes: Shapes, config: Config) -> None:
    answer = http.request("DELETE", config.health.path)
    require(
        answer.status == 405,
        f"a method that is not allowed returned {answer.status}, not 405",
        answer.evidence(),
    )
    shapes.require_documented(answer, "the 405")
    if "Allow" not in answer.headers:
        found = Finding(
            summary="the 405 has no Allow header", evidence=answer.evidence(), head=NO_ALLOW
        )
        raise Breach(found.summary, found.evidence, findings=[found])
