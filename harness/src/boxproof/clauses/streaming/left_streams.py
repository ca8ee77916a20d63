"""Clients that leave a stream, at once or in the middle of it (llama.cpp 24496).

There are more of them than the service has places, so that some leave while they wait for one. A
service that finds out when it sends has nothing to send before the first token, and one that ends
its work with the last event never comes to it.
"""

from contextlib import closing
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.clauses.resources.capacity import Capacity
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.journal import Journal
from boxproof.probes.departures import left_in_the_middle, left_unanswered
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work

#: Clients that leave in each way, for each heavy request that takes a place.
ROUNDS = 2
#: One that leaves at once has sent its request by then.
AT_ONCE_SECONDS = 0.02
#: Who leaves in the middle does so with this part of its stream: what comes first may be no text
#: yet, but a heartbeat. One that had less than the other part has left in the middle.
QUARTER, MIDDLE = 0.25, 0.5


@clause(
    "streaming.departures-free-places",
    Level.MUST,
    "A client that leaves a stream, before its first event or in the middle, MUST give its place "
    "back within a time limit.",
    promised=lambda config: (
        describes(config) and bool(config.work.heavy) and config.limits.release_seconds is not None
    ),
    effect=Effect.DISTURBS,
    # Places that stay taken would be missed by every other one.
    after=("streaming", "resources"),
    # What an answer without a stream costs as well is no matter of streams.
    follows=(*UNREADABLE, "resources.disconnects-free-places"),
)
def departures_free_places(
    streamer: TextStreamer, work: Work, journal: Journal, config: Config
) -> None:
    limit_seconds = config.limits.release_seconds
    assert limit_seconds is not None
    heavy, clients = config.work.heavy, config.resources.busy_requests
    usual = streamer.stream(over=heavy)
    size = len(usual.answer.body)
    capacity = Capacity(work, config)

    def in_the_middle() -> bool:
        request = streamer.request(over=heavy)
        # Where no place is free any more, nothing comes.
        patient = replace(request, endpoint=request.endpoint.within(limit_seconds))
        came = left_in_the_middle(patient, journal, max(1, round(QUARTER * size)))
        return 0 < came < MIDDLE * size

    with closing(DaemonPool(clients, "clients that leave")) as pool:
        left = []
        for _ in range(ROUNDS * clients):
            pool.submit(left_unanswered, streamer.request(over=heavy), journal, AT_ONCE_SECONDS)
            left.append(pool.submit(in_the_middle))
        middle = sum(each.result() for each in left)
    if not middle:
        raise NotJudged("no client left in the middle of a stream", Cause.UNDECIDED)
    capacity.require_as_before(
        f"{ROUNDS * clients} clients left a heavy stream at once, and {middle} in the middle of it",
        limit_seconds,
        [usual.answer.request.curl()],
    )
