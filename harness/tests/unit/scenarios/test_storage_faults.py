"""Storage faults that did nothing to a service have shown nothing, and the journal says so."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from unit.scenarios.bench import LOAD, Bench, InFront

from boxproof.clauses.persistence.backup import backup_opens_clean
from boxproof.clauses.persistence.full_disk import (
    full_disk_refused_cleanly,
    full_disk_shows_in_health,
    recovers_without_restart,
    survives_disk_full,
)
from boxproof.clauses.persistence.locked import survives_database_locked
from boxproof.clauses.persistence.scarce_resources import (
    survives_cpu_limit,
    survives_memory_limit,
)
from boxproof.clauses.persistence.two_faults import survives_kill_on_full_disk
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config, Limits
from boxproof.core.breaches import Breach, NotJudged, UnusableAnswer
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.probes.record_store import Created, RecordStore
from boxproof.probes.start_watch import Startup
from boxproof.scenarios import storage_faults
from boxproof.scenarios.database_backup import Copied
from boxproof.scenarios.storage_faults import Endured, StorageFaults
from boxproof.targets.base import Exit, Variant

DATABASE = replace(LOAD, database="/data/records.db")
LIMITS = Limits(boot_seconds=20, request_seconds=1, stop_seconds=5)


class Harmless(InFront):
    """Says that it does every fault, and does none of them."""

    def fill_data(self) -> None:
        pass

    def free_data(self) -> None:
        pass

    def throttle(self, cpus: float) -> None:
        pass

    def unthrottle(self) -> None:
        pass

    def exhaust_memory(self) -> Exit:
        self.behind.kill()
        return Exit(1, 0.0)

    def recreate(self, *, keep_volume: bool) -> Startup:
        raise NotImplementedError

    def run_script(self, source: str, *arguments: str) -> str:
        """Run beside the server, on the files that its container would know by that name."""
        paths = [str(self.data / Path(each).name) for each in arguments]
        order = [sys.executable, "-c", source, *paths]
        return subprocess.run(order, check=True, capture_output=True, text=True).stdout

    @contextmanager
    def held_script(self, source: str, *arguments: str) -> Iterator[None]:
        assert source
        assert arguments
        yield

    @property
    def data(self) -> Path:
        (file,) = Path(tempfile.gettempdir()).rglob("records.db")
        return file.parent


class Renewed(Harmless):
    """Has a new container by a new start."""

    def recreate(self, *, keep_volume: bool) -> Startup:
        assert keep_volume
        self.behind.kill()
        started: Startup = self.behind.start()
        return started


class Killed(Harmless):
    """The kernel ends it."""

    def exhaust_memory(self) -> Exit:
        ended: Exit = self.behind.kill()
        return ended


class Unstartable(Harmless):
    """Never starts again."""

    def kill(self) -> Exit:
        ended: Exit = self.behind.kill()
        return ended

    def stop(self) -> Exit:
        raise NotImplementedError

    def start(self) -> Startup:
        raise BootFailed("it ended before it was ready")

    def recreate(self, *, keep_volume: bool) -> Startup:
        assert keep_volume
        return self.start()


class Stuck(Harmless):
    """With so little CPU it answers nothing."""

    def throttle(self, cpus: float) -> None:
        assert cpus
        self.behind.pause()

    def unthrottle(self) -> None:
        self.behind.resume()


Seen = Callable[..., Any]


@pytest.fixture
def seen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What is seen of a fault, and the configuration."""
    for limit in ("FULL_SECONDS", "HARMED_SECONDS"):
        monkeypatch.setattr(storage_faults, limit, 0.2)

    def done(fault: str, wrap: type[InFront] = Harmless) -> tuple[Endured | Copied, Config]:
        context = bench.context(wrap=wrap, durability=DATABASE, limits=LIMITS)
        deployment = context.target.boot(Variant())
        done_to = StorageFaults(deployment, context.records_of(deployment), context)
        made = done_to.seen(fault)
        if isinstance(made, Exception):
            raise made
        return made, context.config

    return done


def test_a_disk_that_still_had_room_was_not_full(seen: Seen, bench: Bench) -> None:
    """None of the four clauses of a full disk is kept by luck."""
    endured, config = seen("disk-full")
    shapes = Shapes({})
    for judge in (
        partial(survives_disk_full, endured, config),
        partial(full_disk_refused_cleanly, endured, shapes, config),
        partial(full_disk_shows_in_health, endured, config),
        partial(recovers_without_restart, endured, config),
    ):
        with pytest.raises(NotJudged, match="still room on the full disk") as said:
            judge()
        assert said.value.cause is Cause.UNDECIDED
    assert [each for each in bench.notes() if each.startswith("disk-full: ")]
    assert "data volume full" in bench.notes()


def test_a_lock_that_held_nothing_up_was_not_tried(seen: Seen) -> None:
    """The database that boxproof.toml names is not the one that is written to, say."""
    endured, config = seen("database-locked")
    with pytest.raises(NotJudged, match=r"no write was refused: .* is not what it writes to"):
        survives_database_locked(endured, config)


def test_a_copy_is_judged_where_writes_were_in_flight(seen: Seen, bench: Bench) -> None:
    """A database that nobody writes to is copied by any means."""
    copied, _ = seen("copy")
    backup_opens_clean(copied)
    assert copied.before
    assert str(copied) in bench.notes()
    with pytest.raises(NotJudged, match="no write was in flight"):
        backup_opens_clean(replace(copied, during=0))
    with pytest.raises(Breach, match="acknowledged before the copy began are not in it"):
        backup_opens_clean(replace(copied, during=0, texts=frozenset()))


def test_a_server_that_was_killed_on_a_disk_with_room_was_not_tried(seen: Seen) -> None:
    """It lost nothing, and that says nothing of a full disk."""
    endured, _ = seen("kill-on-full-disk")
    judged(survives_kill_on_full_disk, endured, "every write under it was acknowledged")
    (span,) = endured.history.faults
    whole = replace(endured.history, faults=[replace(span, idle="")])
    survives_kill_on_full_disk(replace(endured, history=whole))


def test_a_server_that_does_not_start_any_more_is_not_held_against_the_next_fault(
    bench: Bench,
) -> None:
    """The fault that it does not start since is told."""
    context = bench.context(wrap=Unstartable, durability=DATABASE, limits=LIMITS)
    deployment = context.target.boot(Variant())
    done_to = StorageFaults(deployment, context.records_of(deployment), context)
    assert isinstance(done_to.seen("kill-on-full-disk"), BootFailed)
    after = done_to.seen("cpu-limit")
    assert isinstance(after, NotJudged)
    assert after.cause is Cause.RESTS_ON
    assert str(after) == "it does not start since kill-on-full-disk"


@pytest.mark.parametrize(("wrap", "missing"), [(Killed, ""), (Harmless, "ended by itself")])
def test_a_server_that_the_kernel_did_not_end_was_not_out_of_memory(
    wrap: type[InFront], missing: str, seen: Seen
) -> None:
    """It may have had the time to save what it holds."""
    judged(survives_memory_limit, seen("memory-limit", wrap)[0], missing)


@pytest.mark.parametrize(("wrap", "missing"), [(Harmless, ""), (Stuck, "no write that began")])
def test_a_server_that_wrote_nothing_with_little_cpu_was_not_tried(
    wrap: type[InFront], missing: str, seen: Seen
) -> None:
    """Writes from before the limit was set say nothing of it."""
    judged(survives_cpu_limit, seen("cpu-limit", wrap)[0], missing)


@pytest.mark.parametrize(("refused", "goes_on"), [(1, True), (2, False)])
def test_what_an_earlier_fault_ruined_is_not_held_against_the_next(
    refused: int, goes_on: bool, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new container is tried; where that makes no record either, nothing more is judged."""
    context = bench.context(wrap=Renewed, durability=DATABASE, limits=LIMITS)
    deployment = context.target.boot(Variant())
    records = context.records_of(deployment)
    done_to = StorageFaults(deployment, records, context)
    assert isinstance(done_to.seen("disk-full"), Endured)
    monkeypatch.setattr(RecordStore, "create", refusing(refused))
    after = done_to.seen("cpu-limit")
    if goes_on:
        assert isinstance(after, Endured)
        return
    assert isinstance(after, NotJudged)
    assert after.cause is Cause.RESTS_ON
    assert "since disk-full" in str(after)


def test_a_service_that_makes_no_record_before_any_fault_is_broken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else has been done to it."""
    context = bench.context(wrap=Renewed, durability=DATABASE, limits=LIMITS)
    deployment = context.target.boot(Variant())
    done_to = StorageFaults(deployment, context.records_of(deployment), context)
    monkeypatch.setattr(RecordStore, "create", refusing(9))
    assert isinstance(done_to.seen("disk-full"), UnusableAnswer)


def refusing(times: int) -> Callable[..., Created]:
    """A create of a service that refuses it so often, and then no more."""
    create, left = RecordStore.create, [*range(times)]

    def refused(self: RecordStore, text: str | None = None, /, **fields: Any) -> Created:
        if left:
            left.pop()
            raise UnusableAnswer("a valid request to make a record returned 500")
        return create(self, text, **fields)

    return refused


def judged(judge: Callable[[Endured], None], endured: Endured, missing: str) -> None:
    """See that a clause is kept, or not judged for want of what is missing."""
    if not missing:
        judge(endured)
        return
    with pytest.raises(NotJudged, match=missing) as said:
        judge(endured)
    assert said.value.cause is Cause.UNDECIDED
