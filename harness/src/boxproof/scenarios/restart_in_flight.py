"""A restart of the shared deployment, while it has requests in hand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange
from boxproof.probes.work import Work
from boxproof.scenarios.acknowledged import AcknowledgedRecords, Known, Reread
from boxproof.scenarios.done import SHARED, Done, evidence, timed_log
from boxproof.scenarios.requests_in_hand import in_hand, wait_until_noticed
from boxproof.targets.abilities import Line, Restarts
from boxproof.targets.base import Deployment, Exit

#: Records made before and after the restart.
RECORDS = 3


@dataclass(frozen=True, slots=True)
class Ended:
    """A server that was ended while it had requests in hand, and started again.

    Attributes:
        ordered: when it was told to end, on the journal's clock.
        in_flight: the requests that it had in hand at that moment; or why there were none.
        rereads: every record that was acknowledged before it was gone, read after the start.
        after: records made after the start.
        log: what it had written by the end; None where nobody can tell its times.
        changed: records that were updated or deleted before, read after the start.
    """

    ordered: float
    exit: Exit
    in_flight: tuple[Exchange, ...] | NotJudged
    rereads: tuple[Reread, ...]
    after: tuple[Known, ...]
    log: tuple[Line, ...] | None
    changed: tuple[Reread, ...] = ()

    def evidence(self) -> tuple[str, ...]:
        """What was done to which deployment, with its log of those seconds."""
        return evidence([Done(self.ordered, SHARED, "SIGTERM")], self.log)


@pytest.fixture(scope="session")
def restarted(
    deployment: Deployment,
    restarts: Restarts,
    acknowledged_records: AcknowledgedRecords,
    journal: Journal,
    config: Config,
) -> Ended:
    """SIGTERM with requests in hand, heavy work and a record's, and a start on the same data."""
    before = acknowledged_records.create(RECORDS)
    changed = acknowledged_records.change(RECORDS)
    work = acknowledged_records.work
    wanted = (work.request(work.valid.heavy), acknowledged_records.request())
    health = Work(work.client, config.health.request).request()
    exchanges: tuple[Exchange, ...] | NotJudged
    try:
        with (
            in_hand(wanted, health, journal) as held,
            ThreadPoolExecutor(len(wanted) + 1) as pool,
        ):
            ordered = journal.now()
            stopping = pool.submit(restarts.stop)
            wait_until_noticed(health, journal, stopping.done, config.limits.stop_seconds)
            released = [pool.submit(each.release) for each in held.requests]
            exchanges = tuple(each.result() for each in released)
            exit = stopping.result()
    except NotJudged as reason:
        exchanges, ordered = reason, journal.now()
        exit = restarts.stop()
    log = timed_log(deployment)
    restarts.start()
    made = () if isinstance(exchanges, NotJudged) else acknowledged_records.acknowledge(exchanges)
    return Ended(
        ordered,
        exit,
        exchanges,
        acknowledged_records.reread((*before, *made)),
        acknowledged_records.create(RECORDS),
        log,
        acknowledged_records.reread(changed),
    )
