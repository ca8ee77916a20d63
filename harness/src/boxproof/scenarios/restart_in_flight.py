"""What is done to the shared deployment: a restart, and a kill."""

from dataclasses import dataclass

import pytest

from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange
from boxproof.probes.records import Created
from boxproof.scenarios.acknowledged import Ledger, Reread
from boxproof.targets.abilities import Restarts
from boxproof.targets.base import Exit

#: Records made before and after each disturbance.
RECORDS = 3
#: How many requests should be in flight when SIGTERM is sent, and how long to wait for so many.
IN_FLIGHT = 2
IN_FLIGHT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A server that was ended while clients were talking to it, and started again.

    Attributes:
        ordered: when it was told to end, on the journal's clock.
        in_flight: the requests that the server had in hand at that moment.
        rereads: every record that was acknowledged before it was gone, read after the start.
        after: records made after the start.
    """

    ordered: float
    exit: Exit
    in_flight: tuple[Exchange, ...]
    rereads: tuple[Reread, ...]
    after: tuple[Created, ...]


@pytest.fixture(scope="session")
def restarted(restarts: Restarts, ledger: Ledger, journal: Journal) -> Ended:
    """SIGTERM with the heaviest requests in flight, and a start on the same data."""
    before = ledger.create(RECORDS)
    with ledger.traffic(heavy=True) as traffic:
        traffic.wait_in_flight(IN_FLIGHT, IN_FLIGHT_SECONDS)
        traffic.stop()
        ordered = journal.now()
        exit = restarts.stop()
    exchanges = traffic.exchanges()
    restarts.start()
    acknowledged = ledger.acknowledge(exchanges)
    return Ended(
        ordered,
        exit,
        tuple(each for each in exchanges if each.in_flight_at(ordered)),
        ledger.reread((*before, *acknowledged)),
        ledger.create(RECORDS),
    )
