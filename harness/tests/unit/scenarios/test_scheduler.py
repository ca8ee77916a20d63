"""Scenarios in the background."""

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.cancellation import Cancellation
from boxproof.core.cancellation import wait as waited
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.errors import BootFailed
from boxproof.core.time_budget import TimeBudget
from boxproof.core.verdicts import Cause
from boxproof.scenarios import storage_faults
from boxproof.scenarios.scheduler import Scheduler, side_by_side
from boxproof.targets.base import Host
from boxproof.targets.engine_lock import EngineLock

#: Has parts, which its module declares.
STORAGE = storage_faults.storage.name
Made = Callable[[Mapping[str, Callable[[str], Any]]], Scheduler]


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Made]:
    """Makes the scheduler of some scenarios; it has two threads."""
    pool = DaemonPool(2, "test")

    def made(scenarios: Mapping[str, Callable[[str], Any]]) -> Scheduler:
        return Scheduler(scenarios, pool, EngineLock("x", tmp_path))

    yield made
    assert pool.close(10)


def test_boots_that_were_begun_run_side_by_side(scheduler: Made) -> None:
    """Each waits for the other, which one after the other would never end."""
    both = threading.Barrier(2, timeout=10)
    boots = scheduler({"one": lambda _: both.wait() >= 0, "two": lambda _: both.wait() >= 0})
    boots.begin("one")
    boots.begin("two")
    assert boots.result("one")
    assert boots.result("two")


def test_a_scenario_is_waited_for_no_longer_than_the_budget(tmp_path: Path) -> None:
    """One that was not begun by then never is; one that was made in time counts."""
    pool, release = DaemonPool(1, "test"), threading.Event()
    begun: list[str] = []

    def hold(_: str) -> bool:
        begun.append("held")
        return release.wait(10)

    scenarios = {"early": lambda _: True, "held": hold, "waiting": begun.append}
    boots = Scheduler(scenarios, pool, EngineLock("x", tmp_path), TimeBudget(0.2))
    for name in scenarios:
        boots.begin(name)
    assert boots.result("early")
    for name in ("held", "waiting"):
        with pytest.raises(NotJudged, match=r"^the run's 0.2 seconds are spent$") as raised:
            boots.result(name)
        assert raised.value.cause is Cause.BUDGET
    release.set()
    assert pool.close(10)
    assert begun == ["held"]


def test_a_boot_runs_once_and_its_failure_is_everybodys(scheduler: Made) -> None:
    """Two clauses that share a boot share its verdict."""
    runs = []

    def fail(_: str) -> None:
        runs.append(1)
        raise BootFailed("no")

    boots = scheduler({"one": fail})
    for _ in range(2):
        with pytest.raises(BootFailed, match="no"):
            boots.result("one")
    assert len(runs) == 1


def test_what_has_been_made_is_known(scheduler: Made) -> None:
    """All of it: who waits for nothing is judged even when a run's time is spent."""
    boots = scheduler({STORAGE: lambda _: {"copied": "seen"}, "slow_boot": lambda _: "seen"})
    assert not boots.has_made(frozenset({"copied"}))
    boots.part(STORAGE, "copied")
    assert boots.has_made(frozenset({"copied", "config"}))
    assert not boots.has_made(frozenset({"copied", "slow_boot"}))
    assert not boots.has_made(frozenset({"config"}))


def test_what_is_left_out_is_never_made(scheduler: Made) -> None:
    """Who asks for it is told that there is nothing."""
    made: list[str] = []
    boots = scheduler({"one": made.append})
    boots.leave_out("one")
    assert boots.result("one") is None
    assert made == []


def test_what_was_late_is_made_again_once(scheduler: Made) -> None:
    """Every clause that rests on it gets what was made alone."""
    made = iter((BootFailed("late", timed_out=True), "in time", "never made"))

    def boot(_: str) -> object:
        result = next(made)
        if isinstance(result, Exception):
            raise result
        return result

    boots = scheduler({"one": boot})
    with pytest.raises(BootFailed):
        boots.result("one")
    assert boots.make_alone("one")
    assert boots.result("one") == "in time"
    assert not boots.make_alone("one")
    assert boots.result("one") == "in time"


def test_a_part_that_was_late_is_made_again_without_the_others(scheduler: Made) -> None:
    """Parts that were in time stay as they are."""
    asked = []

    def storage(name: str) -> dict[str, object]:
        asked.append(name)
        if name == STORAGE:
            return {"copied": BootFailed("late", timed_out=True), "on_full_disk": "seen"}
        return {name: "in time"}

    boots = scheduler({STORAGE: storage})
    with pytest.raises(BootFailed):
        boots.part(STORAGE, "copied")
    assert boots.make_alone("copied")
    assert boots.part(STORAGE, "copied") == "in time"
    assert boots.part(STORAGE, "on_full_disk") == "seen"
    assert asked == [STORAGE, "copied"]


def test_a_part_of_what_failed_as_a_whole_leaves_the_others_failed(scheduler: Made) -> None:
    """Each of them is judged alone in its turn."""

    def storage(name: str) -> dict[str, object]:
        if name == STORAGE:
            raise BootFailed("late", timed_out=True)
        return {name: "in time"}

    boots = scheduler({STORAGE: storage})
    with pytest.raises(BootFailed):
        boots.result(STORAGE)
    assert boots.make_alone("copied")
    assert boots.part(STORAGE, "copied") == "in time"
    with pytest.raises(BootFailed):
        boots.part(STORAGE, "on_full_disk")


def test_work_in_the_background_ends_with_its_run(tmp_path: Path) -> None:
    """A wait of minutes ends at once, and what was not begun never is."""
    run, began = Cancellation(), threading.Event()

    def wait(_: str) -> None:
        began.set()
        waited(600)

    with run.governing():
        pool = DaemonPool(1, "test")
        boots = Scheduler({"one": wait, "two": wait}, pool, EngineLock("x", tmp_path))
        boots.begin("one")
        boots.begin("two")
    assert began.wait(10)
    run.cancel()
    assert pool.close(10)


@pytest.mark.parametrize(
    ("host", "many"),
    [
        (Host("x", 2, 24 * 2**30), 3),
        (Host("x", 16, 4 * 2**30), 4),
        (Host("x", 8), 9),
        (Host("x", 1, 2**29), 1),
    ],
)
def test_the_machine_of_the_engine_says_how_many(host: Host, many: int) -> None:
    """One more than it has processors, and none that would not fit into its memory."""
    assert side_by_side(host) == many
