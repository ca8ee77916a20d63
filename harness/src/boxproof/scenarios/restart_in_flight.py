"""A restart of the shared deployment, while it has requests in hand, and what it said before."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from boxproof.config.options import Config
from boxproof.core import cancellation
from boxproof.core.breaches import NotJudged
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange, send
from boxproof.probes.messages import Answer, Request
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.withheld_body import WithheldBody
from boxproof.probes.work import Work
from boxproof.scenarios.acknowledged import AcknowledgedRecords, Known, Reread
from boxproof.scenarios.asked_at_once import said
from boxproof.scenarios.done import SHARED, Done, evidence, timed_log
from boxproof.scenarios.requests_in_hand import in_hand, wait_until_noticed
from boxproof.targets.abilities import Line, Restarts
from boxproof.targets.base import Deployment, Exit

#: Records made before and after the restart.
RECORDS = 3
#: Requests for one text before the restart: enough for every worker to answer several.
ASKED = 12
#: What is waited for the beginning of a stream, which may have no place.
BEGUN_SECONDS = 5.0


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
        streams: heavy streams that it had in hand, or had begun to send, when it was told to end.
        greedy: what it answered before to light work by the likeliest tokens, asked for one after
            another on connections of their own.
    """

    ordered: float
    exit: Exit
    in_flight: tuple[Exchange, ...] | NotJudged
    rereads: tuple[Reread, ...]
    after: tuple[Known, ...]
    log: tuple[Line, ...] | None
    changed: tuple[Reread, ...] = ()
    streams: tuple[Exchange, ...] = ()
    greedy: tuple[Answer, ...] = ()

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
    health = Work(work.client, config.health.request).request()
    greedy = _answered(work, greedy_request(work, config))
    wanted = (work.request(work.valid.heavy), acknowledged_records.request())
    stream = heavy_stream(work, config)
    exchanges: tuple[Exchange, ...] | NotJudged
    streams: tuple[Exchange, ...] = ()
    try:
        with (
            in_hand(wanted, health, journal) as held,
            ExitStack() as beside,
            ThreadPoolExecutor(len(wanted) + 3) as pool,
        ):
            # It may have no place for more: then nothing is said of streams.
            asked = [beside.enter_context(WithheldBody(each, journal)) for each in stream]
            begun = [each for each in [_begun(each, journal, pool) for each in stream] if each]
            ordered = journal.now()
            stopping = pool.submit(restarts.stop)
            wait_until_noticed(health, journal, stopping.done, config.limits.stop_seconds)
            released = [pool.submit(each.release) for each in held.requests]
            later = [pool.submit(each.release) for each in asked if each.accepted]
            exchanges = tuple(each.result() for each in released)
            open_then = (each.result() for each in begun)
            streams = (
                *(each.result() for each in later),
                *(each for each in open_then if (each.ended or ordered) > ordered),
            )
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
        streams,
        greedy,
    )


def greedy_request(work: Work, config: Config) -> Request | None:
    """A request for light work by the likeliest tokens; None where nothing says how to ask."""
    made, valid = config.generation, work.valid
    if made is None or not made.greedy or valid.text_unique:
        return None
    return work.request(work.fields(valid.light, made.greedy))


def heavy_stream(work: Work, config: Config) -> tuple[Request, ...]:
    """A request for a stream of heavy work, by the likeliest tokens where it is said how; none
    where nothing says how to ask for one.
    """
    if config.streaming is None:
        return ()
    return (TextStreamer(work, config.streaming).request(over=heavy_greedy(work, config)),)


def heavy_greedy(work: Work, config: Config) -> dict[str, Any]:
    """The fields of heavy work, by the likeliest tokens where it is said how to ask for them."""
    made = config.generation
    return work.fields(work.valid.heavy, {} if made is None else made.greedy)


def _answered(work: Work, request: Request | None) -> tuple[Answer, ...]:
    """What a request was answered, sent several times, each on a connection of its own."""
    if request is None:
        return ()
    every = (said(partial(work.client.send, request)) for _ in range(ASKED))
    return tuple(each for each in every if isinstance(each, Answer))


def _begun(stream: Request, journal: Journal, pool: ThreadPoolExecutor) -> Future[Exchange] | None:
    """A stream, once something of it has come; None where nothing does for a while."""
    came, settled = threading.Event(), threading.Event()

    def on_data(data: bytes) -> None:
        if data:
            came.set()
            settled.set()

    future = pool.submit(send, stream, journal, on_data=on_data)
    future.add_done_callback(lambda _: settled.set())
    cancellation.wait(BEGUN_SECONDS, settled)
    return future if came.is_set() else None
