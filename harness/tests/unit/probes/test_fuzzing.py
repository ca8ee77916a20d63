"""Records of a fuzz run: one finding for each cause and operation, and how it is told."""

from dataclasses import replace

from boxproof.probes.fuzzing import Failure, FuzzRun, Phase, Received, Sent, smallest


def failure(size: int, *, check: str = "check", operation: str = "GET /", seen: int = 1) -> Failure:
    sent = Sent("GET", "http://h/" + "x" * size)
    return Failure(check, operation, "fuzzing", "Odd", requests=(sent,), seen=seen)


def test_smallest_case_stands_for_the_others() -> None:
    """Of the same check on the same operation, the smallest case is kept and all are counted."""
    (kept,) = smallest([failure(9), failure(2, seen=3), failure(5)])
    assert kept.requests == failure(2).requests
    assert kept.seen == 5


def test_fewer_requests_are_smaller_than_fewer_bytes() -> None:
    """A long single request is easier to repeat than two short ones."""
    two = Failure("check", "GET /", "stateful", "Odd", requests=failure(0).requests * 2)
    (kept,) = smallest([two, failure(50)])
    assert len(kept.requests) == 1


def test_checks_and_operations_stay_apart() -> None:
    """Another check, or another operation, is another finding."""
    found = smallest([failure(1), failure(1, check="other"), failure(1, operation="GET /b")])
    assert len(found) == 3


def test_other_causes_are_other_failures() -> None:
    """On the same operation, too."""
    causes = [("404 text/html", ""), ("405", ""), ("405", "too few methods"), ("405", "")]
    found = smallest(replace(failure(1), common=c, detail=d) for c, d in causes)
    assert [(each.head, each.detail, each.seen) for each in found] == [
        ("Odd: 404 text/html", "", 1),
        ("Odd: 405", "", 2),
        ("Odd: 405", "too few methods", 1),
    ]
    assert failure(1).head == "Odd"


def test_failures_are_given_by_check_in_order_of_operation() -> None:
    """A clause gets the failures of its own checks only."""
    run = FuzzRun(1, 1.0, failures=(failure(1, operation="b"), failure(1), failure(1, check="x")))
    assert [each.operation for each in run.failures_of(["check"])] == ["GET /", "b"]


def test_evidence_is_lines_that_a_terminal_can_show() -> None:
    """What was seen, every request as a command, the answer; no control characters."""
    answer = Received(500, {}, b"a\nb\x1b[31m\xff" + b"y" * 999)
    shown = Failure(
        "check",
        "GET /",
        "stateful",
        "Odd",
        "one\n\n  two" * 50,
        failure(1).requests * 2,
        answer,
        seen=4,
    ).evidence()
    assert shown[0].startswith("GET /: Odd: one two")
    assert "seen 4 times" in shown[0]
    assert [line.split()[0] for line in shown[1:]] == ["curl", "curl", "→"]
    assert all(line.isprintable() and len(line) < 600 for line in shown)
    assert r"a\nb\x1b[31m" in shown[-1]


def test_an_operation_is_done_that_succeeded_once() -> None:
    """In whatever phase, and a redirect is a success; what got no answer says nothing."""
    one = {"POST /a": {"422": 3}, "GET /b": {"404": 2}, "GET /c": {"307": 1}}
    other = {"POST /a": {"201": 1}, "GET /b": {"404": 1, "410": 1}}
    phases = (
        Phase("coverage", {"GET /d": 1}, 1.0, statuses=one),
        Phase("fuzzing", {}, 1.0, statuses=other),
    )
    assert FuzzRun(1, 1.0, phases=phases).never_done == {"GET /b": {"404": 3, "410": 1}}


def test_phase_that_never_began_is_empty() -> None:
    """Asking for a phase that is not there says so instead of failing."""
    run = FuzzRun(1, 1.0, phases=(Phase("coverage", {"GET /": 2, "GET /b": 3}, 1.0),))
    assert run.phase("coverage").total == 5
    assert run.phase("stateful").total == 0
    assert run.phase("stateful").skipped
