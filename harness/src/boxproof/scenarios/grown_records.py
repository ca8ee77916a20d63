"""What a read and a page of the shared deployment take: at some hundred records, at thousands."""

import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.time_budget import TimeBudget
from boxproof.core.verdicts import Cause
from boxproof.journal import Journal
from boxproof.journal.entries import Progress
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore

#: So many are made before the first times are taken.
FEW = 200
#: Clients that make records at the same time.
CLIENTS = 4
#: Making them ends after this much time, however many there are.
MAKING_SECONDS = 150.0
#: Of so many requests the median counts.
TIMES = 15


@dataclass(frozen=True)
class Taken:
    """The seconds that a request takes, and it as a shell command."""

    seconds: float
    curl: str


@dataclass(frozen=True)
class Times:
    """What a read of the oldest record and the first page take; None where there is none."""

    read: Taken | None
    page: Taken | None


@dataclass
class GrownRecords:
    """Records of one kind that have become many.

    Attributes:
        few: what was taken while there were few.
        made: how many have been made since the first.
    """

    store: RecordStore
    oldest: Any
    few: Times
    made: int = FEW

    def forget_late(self) -> bool:
        """The times at many records are taken afresh each time; the few are no more to be had."""
        return True

    def times(self) -> Times:
        """What is taken now."""
        return times(self.store, self.oldest)


def times(store: RecordStore, key: Any) -> Times:
    """What a read of one record and the first page take now.

    Raises:
        NoAnswer: a request got none.
    """
    pager = store.pager
    read = None if store.kind.read is None else _median(lambda: store.read(key))
    return Times(read, None if pager is None else _median(pager.page))


def _median(ask: Callable[[], Answer]) -> Taken:
    answers = [ask() for _ in range(TIMES)]
    seconds = statistics.median(each.seconds for each in answers)
    return Taken(seconds, answers[-1].request.curl())


@pytest.fixture(scope="session")
def grown_records(
    records: RecordStore, config: Config, journal: Journal, budget: TimeBudget
) -> GrownRecords:
    """The records of the first kind of the shared deployment, after thousands were made."""
    many = config.resources.many_records
    assert many is not None
    light = records.work.valid.light
    oldest = records.create(**light).key
    _make(records, FEW)
    grown = GrownRecords(records, oldest, times(records, oldest))
    journal.write(Progress(line=f"making {many} records"))
    deadline = time.monotonic() + MAKING_SECONDS
    while grown.made < many:
        budget.check()
        if time.monotonic() > deadline:
            told = f"{grown.made} records were made in {MAKING_SECONDS:g} s, not {many}"
            raise NotJudged(told, Cause.UNDECIDED)
        _make(records, FEW)
        grown.made += FEW
    return grown


def _make(store: RecordStore, number: int) -> None:
    light = store.work.valid.light
    with closing(DaemonPool(CLIENTS, "new records")) as pool:
        for each in [pool.submit(lambda: store.create(**light)) for _ in range(number)]:
            each.result()
