"""The workload: concurrent writers and readers on one deployment, everything recorded."""

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from boxproof.core import cancellation
from boxproof.core.breaches import Breach, Late, NoAnswer, NotJudged
from boxproof.core.verdicts import Cause
from boxproof.journal import Journal
from boxproof.journal.entries import Noted
from boxproof.ledger.checkers import order, visible
from boxproof.ledger.history import NEWEST, Change, Create, Event, History, Outcome, Read, Walk
from boxproof.ledger.tried import COMPARED, Check
from boxproof.probes.broken_work import SERVER_ERROR
from boxproof.probes.messages import Answer, NotJson
from boxproof.probes.pager import PAGES_MOST, Item
from boxproof.probes.record_changes import hold
from boxproof.probes.record_store import Created, RecordStore

#: Statuses of answers that have no body, and so no length either (RFC 9112, 6.3).
BODILESS = frozenset({204, 304})
#: Something unexpected has happened (RFC 9110, 15.6.1), where 503 asks for another try.
UNEXPECTED = 500
#: After a request without an answer (a reader's with a server error, too), twice as long after the
#: next, up to the longest: a server that starts is not kept from it by a flood, and among so many
#: workers one is soon there when it is up.
PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.4
#: A reader waits so long for a write to end before it reads again: right after one a stale answer
#: would show, and between two there is nothing new to see.
READ_SECONDS = 0.05
#: Where readers have not seen enough yet, a writer waits so long for one of them before it writes
#: again: to the end of a list that grows faster than it is read nobody comes.
LOOK_SECONDS = 0.5
PAGE_RECORDS = 20
#: How deep a reader walks while others write.
WALK_PAGES = 5
#: So many records are updated before the load, and so many others deleted.
CHANGES = 3
#: A single read is of one of the latest so many writes, where a stale answer would show.
RECENT = 50


class Way(Enum):
    """A way to look at records: one by its id, the first page of the list, several pages."""

    READ = auto()
    PAGE = auto()
    WALK = auto()


#: What each can show by itself.
SHOWN_BY: Mapping[Way, tuple[Check, ...]] = {
    Way.READ: (visible.unread, visible.went_back),
    Way.PAGE: (visible.unlisted,),
    Way.WALK: (order.skipped,),
}


@dataclass(frozen=True, slots=True)
class Load:
    """How many write and read at once, and the changes that make a create cheap."""

    writers: int = 4
    readers: int = 2
    changes: Mapping[str, Any] = field(default_factory=dict)


class _Pauses:
    """One worker's pauses between requests that came to nothing."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._next_seconds = PAUSE_SECONDS

    def after(self, *, good: bool) -> None:
        """Wait after a request, unless it came to something or the workload is to end."""
        if good:
            self._next_seconds = PAUSE_SECONDS
        else:
            self._stop.wait(self._next_seconds)
            self._next_seconds = min(2 * self._next_seconds, LONGEST_PAUSE_SECONDS)


class Workload:
    """Runs a load and keeps its history; every text that it sends is sent once."""

    def __init__(self, records: RecordStore, journal: Journal, load: Load, seed: int) -> None:
        self._marker = f"boxproof {random.Random(f'{seed} {journal.now()}').getrandbits(32):08x}"
        self._texts = records.work.texts
        listing = records.kind.list
        order = NEWEST if listing is None else listing.order
        self.history = History(self._texts.beginning(self._marker), records.kind.text, order)
        self._records = records
        self._journal = journal
        self._load = load
        self._seed = seed
        self._acknowledged: list[Create] = []
        self._changes: list[Change] = []
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._unhurried = threading.Event()
        self._failure: BaseException | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Load the service for the length of a block; every request has ended when it leaves.

        Unless it is interrupted: then nobody waits for what is in flight.

        Raises:
            BaseException: whatever a worker failed with, for then its history is not whole.
        """
        self._change()
        self._stop.clear()
        threads = [
            *(self._thread(self._write, f"writer-{n}") for n in range(1, self._load.writers + 1)),
            *(self._thread(self._read, f"reader-{n}") for n in range(1, self._load.readers + 1)),
        ]
        interrupted = True
        try:
            yield
            interrupted = False
        except Exception:
            interrupted = False
            raise
        finally:
            self._stop.set()
            for thread in [] if interrupted else threads:
                thread.join()
        if self._failure is not None:
            raise self._failure

    def text(self, worker: str, number: int) -> str:
        """A text that begins with the history's marker."""
        return self._texts.spelled(f"{self._marker} {worker} {number}")

    def now(self) -> float:
        """The time on the history's clock, in seconds."""
        return self._journal.now()

    def note(self, what: str) -> None:
        """Record that something was done to the target, in the journal as well."""
        self.history.events.append(Event(self._journal.write(Noted(what=what)), what))

    def wait_for(self, more: int, limit_seconds: float) -> None:
        """Wait until ``more`` writes than now were acknowledged.

        Raises:
            Late: they were not within ``limit_seconds``.
            Breach: meanwhile nothing was returned but 500, which is not a matter of time.
            NotJudged: as Late, of a service that takes no more than a quota lets through.
        """
        with self._changed:
            before = len(self.history.creates)
            wanted = len(self._acknowledged) + more
            enough = cancellation.wait_for(
                self._changed,
                lambda: len(self._acknowledged) >= wanted or self._failure is not None,
                limit_seconds,
            )
        if not enough:
            tried = self.history.creates[before:]
            if tried and all(each.status == UNEXPECTED for each in tried):
                raise Breach(
                    f"all of {len(tried)} writes within {limit_seconds:g} s returned {UNEXPECTED}"
                )
            told = f"fewer than {more} writes were acknowledged within {limit_seconds:g} s"
            quota = self._records.client.endpoint().quota
            if quota is not None:
                slow = f"at {quota.per_second:g} requests a second, or fewer"
                raise NotJudged(f"{told}, {slow}", Cause.UNDECIDED)
            raise Late(told)

    def wait_until(self, enough: Callable[[], bool], limit_seconds: float) -> bool:
        """Wait until something is true, looked at after every create or look at records; False at
        the limit.
        """
        with self._changed:
            return cancellation.wait_for(
                self._changed, lambda: enough() or self._failure is not None, limit_seconds
            )

    def dwell(self, requests: int, limit_seconds: float) -> None:
        """Wait until so many more creates have ended, however, or the limit has passed."""
        with self._changed:
            wanted = len(self.history.creates) + requests
            cancellation.wait_for(
                self._changed, lambda: len(self.history.creates) >= wanted, limit_seconds
            )

    def wait_for_looks(self, limit_seconds: float) -> None:
        """Wait until what the readers saw says something; writers are no faster than they are."""
        self._unhurried.set()
        self.wait_until(self.has_looked, limit_seconds)

    def has_looked(self) -> bool:
        """Whether each way to look at records was tried, or one failed."""
        ways = self._ways() if self._load.readers else ()
        looks = (*self.history.reads, *self.history.walks)
        return any(look.status != 200 for look in looks) or all(
            COMPARED[check](self.history) for way in ways for check in SHOWN_BY[way]
        )

    def finish(self) -> History:
        """Read everything back, once all faults are healed and nobody writes any more."""
        ways = self._ways()
        if Way.WALK in ways:
            self.history.final = self._walk("reader-0", PAGES_MOST)
            if self.history.final.status != 200:
                kind = Late if self.history.final.status is None else Breach
                raise kind(f"the list cannot be read back: {self.history.final.status}")
        if Way.READ in ways:
            for create in self._acknowledged:
                self.history.readings.append(self._read_one("reader-0", create))
            for change in self._changes:
                read = self._read_one("reader-0", change.changed.created)
                self.history.changes.append((change, read))
        return self.history

    def _ways(self) -> tuple[Way, ...]:
        """How records can be looked at; in a list, only those that show the text that was sent."""
        pager = self._records.pager
        ways = [Way.READ] if self._records.kind.read is not None else []
        if pager is not None and pager.item_text is not None:
            # What was just made stands on the first page only where that has the newest.
            ways += [Way.PAGE] if self.history.order == NEWEST else []
            ways += [Way.WALK] if pager.has_cursor else []
        return tuple(ways)

    @property
    def _depth(self) -> int:
        """How many pages a reader walks: in another order than newest first, all."""
        return WALK_PAGES if self.history.order == NEWEST else PAGES_MOST

    def _thread(self, act: Callable[[str, random.Random], None], name: str) -> threading.Thread:
        def guarded() -> None:
            try:
                act(name, random.Random(f"{self._seed}-{name}"))
            except BaseException as error:
                with self._changed:
                    self._failure = error
                    self._changed.notify_all()

        thread = cancellation.daemon(guarded, name)
        thread.start()
        return thread

    def _change(self) -> None:
        """Before the load, update and delete records that the load is not about.

        None of them while lists are walked: where a page begins at a record, that must be there.
        """
        began = self._journal.now()
        for changed in hold(self._records, CHANGES):
            ended = self._journal.now()
            request = Change(
                worker="changer-0",
                began=began,
                ended=ended,
                status=changed.answer.status,
                changed=changed,
            )
            self._changes.append(request)
            began = ended

    def _write(self, worker: str, _draw: random.Random) -> None:
        number, pauses = 0, _Pauses(self._stop)
        while not self._stop.is_set():
            number += 1
            create, _ = self._create(worker, self.text(worker, number))
            pauses.after(good=create.outcome is Outcome.ACKNOWLEDGED)
            if self._unhurried.is_set():
                self._wait_for_a_look()

    def send(self, worker: str, text: str) -> Answer | NoAnswer:
        """Send one more create from outside the load; it is a part of the history, too."""
        return self._create(worker, text)[1]

    def _create(self, worker: str, text: str) -> tuple[Create, Answer | NoAnswer]:
        work = self._records.work
        began = self._journal.now()
        said: Answer | NoAnswer
        try:
            said = work.send(text, **self._load.changes)
        except NoAnswer as error:
            said = error
        ended = self._journal.now()
        create = self._created(worker, text, began, ended, said)
        with self._changed:
            self.history.creates.append(create)
            if create.outcome is Outcome.ACKNOWLEDGED:
                self._acknowledged.append(create)
            self._changed.notify_all()
        return create, said

    def _created(
        self, worker: str, text: str, began: float, ended: float, said: Answer | NoAnswer
    ) -> Create:
        work = self._records.work
        answer = None if isinstance(said, NoAnswer) or may_be_cut(said) else said
        made = None
        if answer is not None and work.valid.is_success(answer.status):
            made = self._records.made_by(answer, text)
        return Create(
            worker=worker,
            began=began,
            ended=ended,
            status=None if answer is None else answer.status,
            text=text,
            url="" if answer is None else answer.request.endpoint.url,
            id=None if made is None else made.id,
            key=None if made is None else made.key,
            record=None if made is None else made.record,
            success=work.valid.statuses,
        )

    def _read(self, worker: str, draw: random.Random) -> None:
        ways, pauses = self._ways(), _Pauses(self._stop)
        while ways and not self._stop.is_set():
            known = self._acknowledged[-RECENT:]
            way = draw.choice(ways)
            if way is Way.READ and not known:
                pauses.after(good=False)
                continue
            if way is Way.READ:
                read = self._read_one(worker, draw.choice(known))
                self.history.reads.append(read)
                status = read.status
            else:
                walk = self._walk(worker, self._depth if way is Way.WALK else 1)
                self.history.walks.append(walk)
                status = walk.status
            with self._changed:
                self._changed.notify_all()
            good = status is not None and status < SERVER_ERROR
            if good:
                self._wait_for_a_write()
            pauses.after(good=good)

    def _wait_for_a_write(self) -> None:
        with self._changed:
            seen = len(self.history.creates)
            cancellation.wait_for(
                self._changed, lambda: len(self.history.creates) > seen, READ_SECONDS
            )

    def _wait_for_a_look(self) -> None:
        with self._changed:
            seen = self._looks()
            cancellation.wait_for(self._changed, lambda: self._looks() > seen, LOOK_SECONDS)

    def _looks(self) -> int:
        return len(self.history.reads) + len(self.history.walks)

    def _read_one(self, worker: str, create: Create | Created) -> Read:
        began = self._journal.now()
        answer = self._try(lambda: self._records.read(create.key))
        return Read(
            worker=worker,
            began=began,
            ended=self._journal.now(),
            status=None if answer is None else answer.status,
            id=create.id,
            record=self._records.record_in(answer)
            if answer is not None and answer.status == 200
            else None,
        )

    def _walk(self, worker: str, pages: int) -> Walk:
        """Read up to so many pages of the list, until one has nothing but records of others."""
        began = self._journal.now()
        is_own = self.history.is_own
        pager = self._records.pager
        assert pager is not None
        records: list[Item] = []
        status: int | None = 200
        reached, fetched, unnamed = False, 0, ""
        for page in pager.walk(PAGE_RECORDS, pages, self._try):
            status = page.status
            if page.status != 200:
                records = []
                break
            fetched += 1
            unnamed = unnamed or page.unnamed
            records += filter(is_own, page.items)
            newest = self.history.order == NEWEST
            # One record of others says nothing: a write that a fault held up may end very late. Nor
            # does a page of nothing new, as where others were added meanwhile.
            others_only = bool(page.items) and not any(map(is_own, page.items))
            reached = page.is_end or (newest and others_only)
            if reached:
                break
        return Walk(
            worker=worker,
            began=began,
            ended=self._journal.now(),
            status=status,
            records=tuple(records),
            pages=pages,
            reached=reached,
            fetched=fetched,
            unnamed=unnamed,
        )

    @staticmethod
    def _try(send: Callable[[], Answer]) -> Answer | None:
        try:
            answer = send()
        except NoAnswer:
            return None
        return None if may_be_cut(answer) else answer


def may_be_cut(answer: Answer) -> bool:
    """Whether the end of an answer may have been lost with its connection.

    A body that neither a length nor chunks delimit ends where the connection does, and a server
    that is killed ends that as well (RFC 9112, 6.3 and 8): only what is whole JSON has surely come
    to its end.
    """
    names = {each.lower() for each in answer.headers}
    if answer.status in BODILESS or names & {"content-length", "transfer-encoding"}:
        return False
    try:
        answer.json()
    except NotJson:
        return True
    return False
