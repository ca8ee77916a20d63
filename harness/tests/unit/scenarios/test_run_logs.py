"""The logs of a run are those of all of its deployments."""

import pytest

from boxproof.clauses.hygiene.logs import logs_json, logs_without_traceback
from boxproof.core.breaches import Breach, NotJudged
from boxproof.journal import Recorded
from boxproof.journal.entries import BootOrdered, Entry, FaultBegan, FaultEnded, Logged
from boxproof.scenarios.run_logs import RunLine, closed_logs

TRACEBACK = "Traceback (most recent call last):"


def said(entry: Entry, t: float = 0.0, scenario: str = "storage") -> Recorded:
    """An entry of a scenario."""
    return Recorded(t=t, entry=entry, scenario=scenario)


def test_a_closed_deployment_of_a_scenario_is_read_and_named() -> None:
    """Its traceback is one of the run, and says where it stood, and when."""
    lines = closed_logs(
        [
            said(BootOrdered(deployment="run-2", label="64 MiB")),
            said(Logged(deployment="run-2", line=TRACEBACK, at=4.5)),
        ]
    )
    with pytest.raises(Breach, match="1 tracebacks in the log of run-2") as broken:
        logs_without_traceback(lines)
    assert broken.value.evidence == (f"run-2 (64 MiB) at 4.500 s: {TRACEBACK}",)


def test_a_start_that_is_expected_to_be_refused_is_judged_by_its_own_clause() -> None:
    """What a person reads of it need not be JSON."""
    refused = [
        said(BootOrdered(deployment="run-3"), scenario="refused_setting"),
        said(Logged(deployment="run-3", line="PORT is not a port"), scenario="refused_setting"),
        said(BootOrdered(deployment="run-2")),
        said(FaultBegan(name="read-only-volume"), 5.0),
        said(FaultEnded(name="read-only-volume"), 7.0),
        said(Logged(deployment="run-2", line="cannot write", at=6.0)),
    ]
    assert not closed_logs(refused)
    later = said(Logged(deployment="run-2", line="back again", at=8.0))
    assert [line.text for line in closed_logs([*refused, later])] == ["back again"]


def test_what_a_neighbour_wrote_is_no_log_of_the_services() -> None:
    """It is kept for a person, and promises nothing."""
    theirs = Logged(deployment="run-2", line="not JSON", neighbour="db")
    assert not closed_logs([said(BootOrdered(deployment="run-2")), said(theirs)])


def test_nothing_is_said_of_logs_without_a_line() -> None:
    """A service that logs elsewhere, or nothing, has shown neither JSON nor its absence."""
    for judge in (logs_json, logs_without_traceback):
        with pytest.raises(NotJudged, match="no deployment logged a line"):
            judge(())


def test_every_line_of_every_deployment_is_json() -> None:
    """The one that is not is named."""
    logs_json((RunLine("a", '{"level": "info"}'),))
    with pytest.raises(Breach) as broken:
        logs_json((RunLine("a", '{"level": "info"}'), RunLine("b", "hello", 1.0)))
    assert broken.value.evidence == ("b at 1.000 s: hello",)
