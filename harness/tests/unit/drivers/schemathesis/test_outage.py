"""A service that ceases to do its work ends the fuzzing, and nothing rests on that silence."""

from pathlib import Path

from apps.good import Response
from apps.prefork import Settings
from apps.schema.fuzzed import fuzzer
from apps.schema.serving import served
from apps.schema.steady import Steady

from boxproof.clauses.schema.verdicts_of_checks import CHECKS, judge
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.verdicts import Cause
from boxproof.drivers.schemathesis.outage import IN_A_ROW, Outage

#: Requests that are answered before the outage.
ANSWERED = 60


class WornOut(Steady):
    """Returns 503 to everything after so many requests."""

    asked = 0

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        self.asked += 1
        if self.asked > ANSWERED:
            return Response(503, {"detail": "worn out"})
        return super().respond(method, path, query, body)


def test_an_outage_ends_the_fuzzing_and_breaks_one_clause(tmp_path: Path) -> None:
    """Of the others nothing is known, because of that."""
    broken, unjudged = [], set()
    service = WornOut(Settings("127.0.0.1", 0, 1, tmp_path, None))
    with served(service.respond) as server:
        fuzzed = fuzzer(server.url, tmp_path)
        for clause in CHECKS:
            try:
                judge(clause, fuzzed)
            except Breach:
                broken.append(clause)
            except NotJudged as error:
                unjudged.add((error.cause, error.reason))
    assert broken == ["schema.no-server-error"]
    assert unjudged == {(Cause.RESTS_ON, fuzzed.results().outage)}
    assert "returned 503 to each of the last" in fuzzed.results().outage
    assert service.asked < ANSWERED + 2 * IN_A_ROW


def outage(*answers: tuple[str, int], times: int = IN_A_ROW) -> str:
    """What is said of these answers, the last of them given so often."""
    seen = Outage()
    for path, status in (*answers[:-1], *(answers[-1:] * times)):
        seen.take("GET", path, status)
    return seen.told


def test_one_operation_that_crashes_is_no_outage() -> None:
    """However often; nor are errors with another answer between them, nor those from the start."""
    assert outage(("/a", 200), ("/a", 500)) == ""
    assert outage(("/a", 200), ("/b", 200), ("/b", 503), ("/a", 503))
    assert outage(("/a", 200), ("/b", 200), ("/b", 503), ("/c", 404), ("/a", 503)) == ""
    assert outage(("/b", 503), ("/a", 503)) == ""
    assert outage(("/a", 200), ("/b", 200), ("/b", 503), ("/a", 503), times=IN_A_ROW - 2) == ""
