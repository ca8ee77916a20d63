"""What a workload records: creates, reads, lists and what was done to the target, on one clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from boxproof.probes.json_pointers import resolve
from boxproof.probes.pager import Item
from boxproof.probes.record_changes import Changed

#: Refusals after which nothing may be stored, beside 4xx: "unable to handle the request" (RFC 9110,
#: 15.6.4) and "unable to store" (RFC 4918, 11.5). Any other 5xx leaves it open.
REFUSING_STATUSES = frozenset({503, 507})


#: The order of a list that begins with what was made last, and of one that has none.
NEWEST = "newest"
UNORDERED = "none"


class Outcome(StrEnum):
    """How a request ended, seen from the client."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    OPEN = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: ``began`` and ``ended`` in seconds on the journal's clock, by which worker.

    ``status`` is None where no answer came; ``ended`` is then when the client gave up. ``success``
    is every status that did what was asked for.
    """

    worker: str
    began: float
    ended: float
    status: int | None
    success: tuple[int, ...] = (200,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Request):
    """A create of the record that holds ``text``, which no other request of the run sends.

    ``url`` is that of the server that answered; empty where none did.
    """

    text: str
    url: str = ""
    id: Any = None
    key: Any = None
    record: Any = None

    @property
    def outcome(self) -> Outcome:
        """What the client may conclude of the record."""
        if self.status is None:
            return Outcome.OPEN
        if self.status in self.success:
            return Outcome.ACKNOWLEDGED
        # Another 2xx than those that were described did something, whatever it was.
        if 300 <= self.status < 500 or self.status in REFUSING_STATUSES:
            return Outcome.REJECTED
        return Outcome.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Request):
    """A read of one record by its id."""

    id: Any
    record: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Request):
    """An acknowledged update or delete of a record that no other request of the workload is about.

    Attributes:
        changed: what was acknowledged.
    """

    changed: Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk(Request):
    """A walk through the list from its start, over one page or more.

    ``records`` holds the workload's own in the order in which they came; ``reached`` says that the
    walk went on to older ones, or to the end of the list. A walk in which a page failed has no
    records and that page's status. ``pages`` is how many it wanted at most,
    ``fetched`` how many it got. ``unnamed`` is that of its page.
    """

    records: Sequence[Item] = ()
    pages: int = 1
    reached: bool = False
    fetched: int = 1
    unnamed: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something done to the target, or noticed of it."""

    t: float
    what: str


@dataclass(frozen=True, slots=True)
class FaultSpan:
    """A fault of a history, in seconds on the journal's clock.

    Attributes:
        ordered: when it was begun.
        harmed: when it was in force.
        healed: when the target was in its good state again.
        idle: what it did not do to the target; empty where it did all.
        deployment: what it was done to.
    """

    name: str
    ordered: float
    harmed: float
    healed: float
    idle: str = ""
    deployment: str = ""


@dataclass
class History:
    """One workload's record. Every text that it sent begins with ``marker``, and no other does.

    ``order`` is that of the list: newest or oldest first, or none. ``text_pointer`` says where the
    text stands in a record as it was made; None where it does not.
    ``final`` is a walk over all pages after every fault was healed and every worker had ended, and
    ``readings`` a read of every acknowledged id at that time. ``changes`` are updates and deletes
    of other records from before the load, each with a read at that time. ``beside`` are requests of
    a client that a fault of the network spared. ``told`` are the faults with the log around each.
    """

    marker: str
    text_pointer: str | None = None
    order: str = NEWEST
    creates: list[Create] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    faults: list[FaultSpan] = field(default_factory=list)
    final: Walk | None = None
    readings: list[Read] = field(default_factory=list)
    changes: list[tuple[Change, Read]] = field(default_factory=list)
    beside: list[Request] = field(default_factory=list)
    told: tuple[str, ...] = ()

    @property
    def acknowledged(self) -> list[Create]:
        """The creates that the service answered with success."""
        return [each for each in self.creates if each.outcome is Outcome.ACKNOWLEDGED]

    def text_of(self, record: Any) -> Any:
        """The text that a record holds as it was made, None where it holds none."""
        if self.text_pointer is None:
            return None
        try:
            return resolve(self.text_pointer, record)
        except KeyError:
            return None

    def is_own(self, item: Item) -> bool:
        """Whether this workload made what a list holds, or something that looks like its own."""
        return str(item.text).startswith(self.marker)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that no correct service can have done, and the requests that prove it."""

    summary: str
    proof: tuple[Request, ...]
