"""The table that proves an anomaly."""

from syrupy.assertion import SnapshotAssertion
from unit.ledger.build import change, create, history, read

from boxproof.ledger.checkers.durable import lost, undone
from boxproof.ledger.checkers.ids import reused
from boxproof.ledger.history import Event
from boxproof.ledger.table import prove


def test_a_lost_write_is_shown_with_the_kill_between(snapshot: SnapshotAssertion) -> None:
    """Which request, when, and what was done to the container after it."""
    record = create("say-writer-1-17", 4.2, 4.25, id=31)
    gone = history(
        creates=[record],
        events=[Event(1.0, "booted"), Event(5.0, "SIGKILL"), Event(9.0, "ready again")],
        readings=[read(31, 9.5, None, status=404)],
    )
    assert "\n".join(prove(gone, list(lost(gone)))) == snapshot


def test_a_long_proof_still_fits_a_screen() -> None:
    """The middle of many events is left out, and that is said."""
    first, last = create("a", 0, 1, id=1), create("b", 100, 101, id=1)
    long = history(creates=[first, last], events=[Event(float(n), "kill") for n in range(2, 90)])
    lines = prove(long, list(reused(long)))
    assert len(lines) < 25
    assert any("left out" in line for line in lines)


def test_a_change_that_is_undone_is_shown_with_its_read() -> None:
    """What was asked for, of which record."""
    back = history(changes=[(change(4, None), read(4, 9.0, "old"))])
    _, request, seen, _ = prove(back, list(undone(back)))
    assert "changer-0  delete id 4 → 200" in request
    assert "read 4 → 200" in seen
