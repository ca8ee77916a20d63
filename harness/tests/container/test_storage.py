"""Disk, lock, memory and CPU: what only a container with a volume of a size can show.

That nothing is reported of the good service, ``test_toys`` shows for the whole contract.
"""

from collections.abc import Callable

import pytest
from apps.judging import Judged

Judging = Callable[..., Judged]

FULL = "(disk-full or full-disk or recovers-without) and not kill"
#: What else has to do with ends, and with a full disk alone.
ENDED = "((disk-full or kill or restart) and survives or on-full-disk) and not locked and not power"
LOCKED = "locked"
READ_ONLY = "read-only-volume"
MEMORY = "memory-limit"
CPU = "cpu-limit"
BACKUP = "backup"

#: Toy: what is judged, and what must be broken. All else that is judged must be kept.
CAUGHT = {
    "ignores_full_disk": (FULL, {"survives-disk-full", "full-disk-refused-cleanly"}),
    "exits_on_full_disk": (
        FULL,
        {"full-disk-refused-cleanly", "full-disk-shows-in-health", "recovers-without-restart"},
    ),
    "healthy_on_full_disk": (FULL, {"full-disk-shows-in-health"}),
    "leaks_internals": (f"{FULL} or survives-database", {"full-disk-refused-cleanly"}),
    "never_recovers": (FULL, {"recovers-without-restart"}),
    "waits_for_lock": (LOCKED, {"locked-database-refused-cleanly"}),
    "ignores_lock": (LOCKED, {"survives-database-locked", "locked-database-refused-cleanly"}),
    "crashes_on_read_only": (READ_ONLY, {"read-only-volume"}),
    "ignores_read_only": (READ_ONLY, {"read-only-volume"}),
    "saves_on_sigterm": (MEMORY, {"survives-memory-limit"}),
    "drops_when_slow": (CPU, {"survives-cpu-limit"}),
    "never_commits": (BACKUP, {"backup-opens-clean"}),
}
#: As above, with ``--full``: what ends a server while another fault is in force.
CAUGHT_BY_PAIRS = {
    "half_a_line": (f"({ENDED}) and not restart", "killed-on-full-disk"),
    "summarizes_at_the_end": (ENDED, "restarted-on-full-disk"),
    "notes_what_waits": (
        "survives-kill or survives-database-locked or killed-on-locked",
        "killed-on-locked-database",
    ),
    "unsynced_spare": (
        "survives-kill or survives-disk-full or killed-on-full or power-loss or power-lost",
        "power-lost-on-full-disk",
    ),
}
#: Whose clauses another one of these is caught by as well.
ALIKE = {
    "healthy_on_full_disk",
    "leaks_internals",
    "never_recovers",
    "waits_for_lock",
    "ignores_read_only",
}
LONG = pytest.mark.long


@pytest.mark.parametrize(
    "toy", [pytest.param(each, marks=LONG if each in ALIKE else ()) for each in CAUGHT]
)
def test_a_broken_service_is_caught_by_the_clauses_that_name_its_fault(
    toy: str, judged: Judging
) -> None:
    """The other clauses of the same fault are kept, so that a person is led to what is wrong."""
    chosen, names = CAUGHT[toy]
    caught = {f"persistence.{name}" for name in names}
    seen = judged(f"persistence.{toy}", "-k", chosen)
    assert seen.said("broken") == caught, seen.output
    assert seen.said("kept") == seen.clauses.keys() - caught, seen.output


@pytest.mark.parametrize("toy", CAUGHT_BY_PAIRS)
def test_what_only_two_faults_at_once_show_is_caught_by_them(toy: str, judged: Judging) -> None:
    """Each of the two by itself is survived."""
    chosen, name = CAUGHT_BY_PAIRS[toy]
    seen = judged(f"persistence.{toy}", "--full", "-k", chosen)
    if "persistence.survives-power-loss" in seen.said("not judged"):
        pytest.skip(seen.clauses["persistence.survives-power-loss"]["summary"])
    caught = {f"persistence.{name}"}
    assert seen.said("broken") == caught, seen.output
    assert seen.said("kept") == seen.clauses.keys() - caught, seen.output
