"""One data volume and the containers that have it in turn.

An older release's database is upgraded, the container is made anew on the same volume, a second one
works beside it, another gets a fresh volume, and the last is told to stop: five scenarios for the
price of four boots.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.ledger.history import History
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.scenarios.acknowledged import AcknowledgedRecords, Reread
from boxproof.scenarios.done import Done
from boxproof.scenarios.fault_runs import run_under_faults
from boxproof.scenarios.scheduler import ScenarioContext, background, part
from boxproof.scenarios.stop_signals import Stopped, stopped
from boxproof.targets.abilities import RecreatesContainer
from boxproof.targets.base import Deployment, Exit, Variant

RECORDS = 3
SECOND = "second container"
#: How much of the list is searched for the records of an earlier release.
LISTED_MOST = 1000


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A start on a database of an earlier release: its records as read, and one made after them."""

    reads: tuple[Answer, ...]
    listed: tuple[Any, ...] | None
    created: Any


@dataclass(frozen=True, slots=True)
class SharedVolume:
    """Two servers on one volume.

    Attributes:
        refused: how the second one ended, when it did not become ready.
        history: of the load, on both of them by turns, or on the first alone.
        done: when the second one was started, and what came of it.
        before: records of the first one from before that, read afterwards.
    """

    refused: BootFailed | None
    history: History
    done: tuple[Done, ...] = ()
    before: tuple[Reread, ...] = ()


class VolumeLife:
    """Takes one deployment through the steps that are wanted.

    After a step that failed the next one gets a deployment of its own: what one step spoils must
    not be taken for the doing of another.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self._deployment: Deployment | None = None
        #: Whether records were seen to outlive their container; None until that has been tried.
        self._volume_keeps: bool | None = None

    def through(self, steps: dict[str, Callable[["VolumeLife"], Any]]) -> dict[str, Any]:
        """What each step made, by name; an exception is what went wrong with it."""
        try:
            return {
                name: self._made(step)
                for name, step in steps.items()
                if name in self._context.wanted
            }
        finally:
            self._close()

    def upgraded(self) -> Upgraded:
        """A start on an older database."""
        config, context = self._context.config, self._context
        assert config.upgrade is not None
        variant = Variant("an older database", files=_files(context, "old"))
        self._deployment = context.target.boot(variant)
        records = context.records_of(self._deployment)
        reads: tuple[Answer, ...] = ()
        if records.kind.read is not None:
            reads = tuple(records.read(each) for each in config.upgrade.old_ids)
        listed = None
        if records.pager is not None:
            listed = tuple(records.list(LISTED_MOST))
        return Upgraded(reads, listed, records.create().id)

    def kept(self) -> tuple[Reread, ...]:
        """Records of a container, read in a new one on the same volume."""
        kept = self._remade(keep_volume=True)
        self._volume_keeps = not all(each.gone for each in kept)
        return kept

    def shared_volume(self) -> SharedVolume:
        """A second server on the same volume, and writers that ask both by turns."""
        context, first = self._context, self._standing()
        kept = self._records(first)
        before = kept.create(RECORDS)
        began = Done(context.journal.now(), SECOND, "started on the volume of another, which runs")
        try:
            second = context.target.boot(Variant("a second one on that volume", shares=first))
        except BootFailed as error:
            ended = Done(context.journal.now(), SECOND, "not ready; the first one serves alone")
            history = self._loaded(first, context.records_of(first))
            return SharedVolume(error, history, (began, ended), kept.reread(before))
        with closing(second):
            ready = Done(context.journal.now(), SECOND, "ready; requests go to both by turns")
            turns, both = count(), (first, second)
            client = context.client(lambda: both[next(turns) % 2].endpoint)
            history = self._loaded(first, context.records_of(first).through(client))
            # Of one that refuses every write, the history of both shows nothing.
            for each in both:
                context.records_of(each).create()
            return SharedVolume(None, history, (began, ready), kept.reread(before))

    def emptied(self) -> tuple[Reread, ...]:
        """Records of a container, read in a new one on a fresh volume.

        Raises:
            NotJudged: a new container on the same volume had lost all of them as well.
        """
        if self._volume_keeps is None:
            self.kept()
        if not self._volume_keeps:
            raise NotJudged("the records do not lie on the data volume", Cause.RESTS_ON)
        return self._remade(keep_volume=False)

    def stopped_twice(self) -> Stopped:
        """SIGTERM to the first process alone, twice, around a request in hand that then goes on."""
        return stopped(self._standing(), "told to stop", self._context, twice=True)

    def _made(self, step: Callable[["VolumeLife"], Any]) -> Any:
        try:
            return step(self)
        except Exception as error:
            self._close()
            return error

    def _standing(self) -> Deployment:
        if self._deployment is None:
            self._deployment = self._context.target.boot(Variant("to be made anew"))
        return self._deployment

    def _remade(self, *, keep_volume: bool) -> tuple[Reread, ...]:
        deployment = self._standing()
        kept = self._records(deployment)
        before = (*kept.create(RECORDS), *kept.change(RECORDS))
        deployment.ability(RecreatesContainer).recreate(keep_volume=keep_volume)
        return kept.reread(before)

    def _records(self, deployment: Deployment) -> AcknowledgedRecords:
        context = self._context
        work, stores = context.work_of(deployment), context.stores_of(deployment)
        return AcknowledgedRecords(context.config, context.journal, work, stores)

    def _loaded(self, deployment: Deployment, records: RecordStore) -> History:
        context = self._context
        return run_under_faults(
            (), deployment, records, context.config, context.journal, context.seed
        )

    def _close(self) -> None:
        if self._deployment is not None:
            self._deployment.close()
            self._deployment = None


@background(cost_boots=4, needs=RecreatesContainer)
def volume_life(context: ScenarioContext) -> dict[str, Any]:
    """What became of one volume and its containers, by step."""
    return VolumeLife(context).through(
        {
            "upgraded": VolumeLife.upgraded,
            "kept": VolumeLife.kept,
            "shared_volume": VolumeLife.shared_volume,
            "emptied": VolumeLife.emptied,
            "stopped_twice": VolumeLife.stopped_twice,
        }
    )


upgraded = part("volume_life", "upgraded")
kept = part("volume_life", "kept")
shared_volume = part("volume_life", "shared_volume")
emptied = part("volume_life", "emptied")
stopped_twice = part("volume_life", "stopped_twice")


@background(needs=RecreatesContainer)
def refused_newer(context: ScenarioContext) -> Exit | None:
    """A start on a database of a later release; None when it did not end."""
    return context.target.boot_to_exit(Variant("a newer database", files=_files(context, "newer")))


def _files(context: ScenarioContext, which: str) -> dict[str, Any]:
    upgrade = context.config.upgrade
    assert upgrade is not None
    return {upgrade.file: context.config.root / getattr(upgrade, which)}
