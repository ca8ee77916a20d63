"""How a clause says what the checks found."""

import pytest
from unit.ledger.build import create, history, read

from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.core.breaches import Breach
from boxproof.ledger.checkers import durable, ids


def test_lost_writes_are_counted_once_each() -> None:
    """One that neither the list nor its own read finds is one write."""
    gone = history(
        creates=[create("a", 0, 1, id=1), create("b", 0, 1, id=2)],
        readings=[read(1, 9.5, None, status=404)],
    )
    gone.final = None
    with pytest.raises(Breach) as broken:
        judge(gone, *DURABLE)
    assert broken.value.summary == (
        "1 of 2 acknowledged writes lost; first: id 1 was acknowledged, and reading it returns 404"
    )


def test_every_anomaly_is_told_where_the_evidence_shows_a_few() -> None:
    """The terminal shows three of them, report.json all."""
    gone = history(
        creates=[create(str(each), 0, 1, id=each) for each in range(9)],
        readings=[read(each, 9.5, None, status=404) for each in range(9)],
    )
    gone.final = None
    gone.told = ("1.000 s  api-1: kill in force",)
    with pytest.raises(Breach) as broken:
        judge(gone, *DURABLE)
    assert "… and 6 more like these" in broken.value.evidence
    assert broken.value.evidence[-1] == "1.000 s  api-1: kill in force"
    assert len(broken.value.anomalies) == 9


def test_other_anomalies_are_named_as_such() -> None:
    """An id that was given twice is no lost write."""
    reused = history(creates=[create("a", 0, 1, id=1), create("b", 2, 3, id=1)])
    with pytest.raises(Breach, match=r"^1 anomaly in 2 acknowledged writes; first: "):
        judge(reused, ids.reused)


def test_nothing_found_breaks_nothing() -> None:
    """Silence of the checks is no breach."""
    judge(history(creates=[create("a", 0, 1, id=1)]), durable.lost)
