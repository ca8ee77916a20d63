"""What was done to a deployment is told with the log of that second."""

from boxproof.scenarios.done import LINES_MOST, SHARED, Done, evidence
from boxproof.targets.abilities import Line

KILLED = Done(10.0, SHARED, "SIGKILL to worker 7")


def test_the_log_of_that_second_stands_around_it() -> None:
    """What was written long before or after does not."""
    log = (Line(3.0, "early"), Line(9.5, "busy"), Line(10.25, "worker 7 ended"), Line(12.0, "late"))
    assert evidence([KILLED], log) == (
        "    9.500 s       log  busy",
        "   10.000 s  shared deployment: SIGKILL to worker 7",
        "   10.250 s       log  worker 7 ended",
    )


def test_of_many_lines_the_nearest_are_told() -> None:
    """A busy log does not hide what was written right after the signal."""
    log = tuple(Line(10.0 + number / 100, f"line {number}") for number in range(1, 51))
    told = evidence([KILLED], log)
    assert told[1].endswith("line 1")
    assert told[LINES_MOST].endswith(f"line {LINES_MOST}")
    assert told[-1] == "… and 40 more lines of the log within that second"


def test_each_of_several_things_done_has_its_lines() -> None:
    """A log that is busy after the last one does not hide what came of the first."""
    first, second = Done(5.0, SHARED, "SIGHUP"), Done(10.0, SHARED, "SIGHUP")
    log = (
        Line(5.75, "replaced"),
        *(Line(10.0 + number / 100, f"line {number}") for number in range(1, 51)),
    )
    told = evidence([first, second], log)
    assert told[:2] == ("    5.000 s  shared deployment: SIGHUP", "    5.750 s       log  replaced")
    assert told[-2].endswith(f"line {LINES_MOST // 2}")
    assert told[-1] == "… and 45 more lines of the log within that second"


def test_a_silent_log_is_told_from_one_that_cannot_be_timed() -> None:
    """Nothing is claimed of a log that nobody could read."""
    assert evidence([KILLED], (Line(3.0, "early"),))[1:] == (
        "the log holds no line within 1 s of that",
    )
    assert len(evidence([KILLED], None)) == 1
