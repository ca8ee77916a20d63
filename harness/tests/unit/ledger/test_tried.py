"""Nothing is said of a history that could not have shown an anomaly."""

import pytest
from unit.ledger.build import create, history, read, walk

from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause
from boxproof.ledger.checkers import durable, order, visible
from boxproof.ledger.history import FaultSpan, History
from boxproof.ledger.tried import Check, untried

KILL = FaultSpan("kill", ordered=10.0, harmed=10.5, healed=12.0)


def under_kill(*times: tuple[float, float], span: FaultSpan = KILL) -> History:
    """A history of one fault, with acknowledged writes at these times."""
    creates = [create(str(n), *time, id=n) for n, time in enumerate(times)]
    return history(creates=creates, faults=[span])


def test_a_fault_that_met_writes_before_during_and_after_is_judged() -> None:
    """Nothing is missing, and nothing is broken."""
    judge(under_kill((1, 2), (9, 11), (13, 14)), *DURABLE)


@pytest.mark.parametrize(
    ("times", "missing"),
    [
        ([(9, 11), (13, 14)], "acknowledged before it"),
        ([(1, 2), (13, 14)], "in flight during it"),
        ([(1, 2), (9, 11)], "acknowledged after it"),
    ],
)
def test_a_fault_that_met_no_write_is_not_judged(
    times: list[tuple[float, float]], missing: str
) -> None:
    """What survives a fault that nothing met has survived nothing."""
    with pytest.raises(NotJudged, match=missing) as said:
        judge(under_kill(*times), *DURABLE)
    assert said.value.cause is Cause.UNDECIDED


def test_a_fault_that_did_nothing_is_not_judged() -> None:
    """SIGHUP that replaced no worker, or a cut that found no connection."""
    idle = FaultSpan("reload", 10.0, 10.5, 12.0, idle="SIGHUP replaced no worker")
    with pytest.raises(NotJudged, match="reload did too little: SIGHUP replaced no worker"):
        judge(under_kill((1, 2), (9, 11), (13, 14), span=idle), *DURABLE)


#: A write, and a read and a list of it: each from before it was acknowledged.
EARLY = {
    "creates": [create("a", 5, 6, id=1)],
    "reads": [read(1, 5.5, "a")],
    "walks": [walk((1, "a"), began=5.5)],
}


@pytest.mark.parametrize(
    "check", [durable.not_its_own, visible.unread, visible.unlisted, order.skipped]
)
def test_a_check_that_had_nothing_to_compare_says_nothing(check: Check) -> None:
    """Answers without the text, reads that came too soon, lists that were not turned."""
    silent = history(**EARLY)
    if check is durable.not_its_own:
        silent.creates = [create("a", 5, 6, id=1, record={"id": 1})]
    assert not list(check(silent))
    assert untried(silent, check) == "nothing was read that could have shown it"


def test_reads_and_lists_after_an_acknowledgement_are_counted() -> None:
    """Then silence of the checks means something."""
    seen = history(**{**EARLY, "reads": [read(1, 7, "a")], "walks": [walk((1, "a"), began=7)]})
    assert not untried(seen, visible.unread)
    assert not untried(seen, visible.unlisted)
