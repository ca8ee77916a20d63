"""What is done to the shared deployment: restart, kill, recreate, and a volume taken away."""

from dataclasses import dataclass

import pytest

from boxproof.clauses.histories.ledger import Ledger, Reread
from boxproof.journal import Journal
from boxproof.probes.flight import Flight
from boxproof.probes.operations import Created
from boxproof.targets.base import Exit, Restarts, Volume

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
    in_flight: tuple[Flight, ...]
    rereads: tuple[Reread, ...]
    after: tuple[Created, ...]


@dataclass(frozen=True, slots=True)
class Remade:
    """A new container: the old one's records, read in it, and records made in it."""

    rereads: tuple[Reread, ...]
    after: tuple[Created, ...]


@pytest.fixture(scope="session")
def restarted(restarts: Restarts, ledger: Ledger, journal: Journal) -> Ended:
    """SIGTERM with the heaviest requests in flight, and a start on the same data."""
    before = ledger.create(RECORDS)
    with ledger.traffic(heavy=True) as traffic:
        traffic.wait_in_flight(IN_FLIGHT, IN_FLIGHT_SECONDS)
        traffic.hold()
        ordered = journal.now()
        exit = restarts.stop()
    flights = traffic.flights()
    restarts.start()
    acknowledged = ledger.acknowledge(flights)
    return Ended(
        ordered,
        exit,
        tuple(each for each in flights if each.in_flight_at(ordered)),
        ledger.reread((*before, *acknowledged)),
        ledger.create(RECORDS),
    )


@pytest.fixture(scope="session")
def emptied(volume: Volume, ledger: Ledger) -> Remade:
    """A new container on a fresh volume; the last thing that is done to the shared deployment."""
    before = ledger.create(RECORDS)
    volume.recreate(keep_volume=False)
    rereads = ledger.reread(before)
    return Remade(rereads, tuple(ledger.operations.create() for _ in range(RECORDS)))
