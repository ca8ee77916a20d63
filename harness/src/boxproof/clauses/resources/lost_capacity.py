"""What is refused, or wanted no more, costs nothing that stays.

Places of clients that had left were taken for ever in LitServe (165) and in llama.cpp (24496).
What is seen is the capacity: how long a fixed batch of light work takes, before and afterwards.
"""

import itertools
from contextlib import closing
from functools import partial

from boxproof.clauses.registry import clause
from boxproof.clauses.resources.capacity import Capacity
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.departures import left_unanswered
from boxproof.probes.refused_requests import refusals
from boxproof.probes.work import Work
from boxproof.scenarios.asked_at_once import at_once

REFUSALS = 100
#: How many refused requests are sent at a time.
TOGETHER = 10
#: What the service may still do behind its refusals.
SETTLING_SECONDS = 2.0
#: Clients that leave, for each heavy request that takes a place.
ROUNDS = 2
#: When they leave: after this part of the time that heavy work takes, and no later than this.
LEAVING = 0.25
LEAVING_SECONDS = 1.0


@clause(
    "resources.refusals-cost-nothing",
    Level.MUST,
    "Requests that the service refuses MUST cost nothing that stays: light work then takes no "
    "longer than before.",
    effect=Effect.DISTURBS,
)
def refusals_cost_nothing(http: Client, work: Work, config: Config) -> None:
    capacity = Capacity(work, config)
    refused = itertools.cycle(refusals(http, work))
    for _ in range(REFUSALS // TOGETHER):
        at_once([partial(http.send, next(refused)) for _ in range(TOGETHER)])
    capacity.require_as_before(f"{REFUSALS} refused requests", SETTLING_SECONDS)


@clause(
    "resources.disconnects-free-places",
    Level.MUST,
    "A client that leaves in the middle of its work MUST give its place back within a time limit.",
    promised=lambda config: bool(config.work.heavy) and config.limits.release_seconds is not None,
    effect=Effect.DISTURBS,
    # Places that stay taken would be missed by every other one.
    after=("resources",),
)
def disconnects_free_places(work: Work, journal: Journal, config: Config) -> None:
    limit_seconds = config.limits.release_seconds
    assert limit_seconds is not None
    heavy = config.work.heavy
    capacity = Capacity(work, config)
    leaving_seconds = min(LEAVING * work.send(**heavy).seconds, LEAVING_SECONDS)
    clients = config.resources.busy_requests
    left = 0
    with closing(DaemonPool(clients, "clients that leave")) as pool:
        for _ in range(ROUNDS):
            requests = [work.request(heavy) for _ in range(clients)]
            gone = [
                pool.submit(left_unanswered, each, journal, leaving_seconds) for each in requests
            ]
            left += sum(each.result() for each in gone)
    if left < clients:
        raise NotJudged(f"only {left} clients left before their answer came", Cause.UNDECIDED)
    capacity.require_as_before(f"{left} clients left in the middle of heavy work", limit_seconds)
