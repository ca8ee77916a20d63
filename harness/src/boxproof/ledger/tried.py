"""What a history has tried: without it, that no anomaly was found says nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from boxproof.ledger.checkers import answered, durable, ids, order, visible
from boxproof.ledger.history import Anomaly, FaultSpan, History, Read, Walk

Check = Callable[[History], Iterator[Anomaly]]
NO_FAULT = "none"


@dataclass(frozen=True, slots=True)
class Met:
    """How many writes a fault met.

    Attributes:
        before: acknowledged before it began.
        during: in flight while it was done, in force or healed.
        after: acknowledged of those that began after it was healed.
    """

    span: FaultSpan
    before: int
    during: int
    after: int

    @property
    def missing(self) -> str:
        """What it did not meet; empty when it met all."""
        wanted = {
            "acknowledged before it": self.before,
            "in flight during it": self.during,
            "acknowledged after it": self.after,
        }
        return " and none ".join(name for name, count in wanted.items() if not count)

    def __str__(self) -> str:
        idle = f"; it did too little: {self.span.idle}" if self.span.idle else ""
        return (
            f"{self.span.name}: {self.before} writes acknowledged before it, {self.during} in "
            f"flight during it, {self.after} acknowledged after it{idle}"
        )


def met(history: History, span: FaultSpan) -> Met:
    """The writes of a history that one of its faults met."""
    acknowledged = history.acknowledged
    return Met(
        span,
        sum(each.ended < span.ordered for each in acknowledged),
        sum(each.began < span.healed and each.ended > span.ordered for each in history.creates),
        sum(each.began > span.healed for each in acknowledged),
    )


def untried(history: History, *checks: Check) -> str:
    """Why it says nothing that these checks found nothing; empty when it says something."""
    for span in history.faults:
        if span.idle:
            return f"{span.name} did too little: {span.idle}"
        missing = "" if span.name == NO_FAULT else met(history, span).missing
        if missing:
            return f"{span.name} met too little: no write was {missing}"
    if not any(COMPARED[check](history) for check in checks):
        return "nothing was read that could have shown it"
    return ""


def paged_while_written(history: History) -> int:
    """Walks over more than one page during which a write was acknowledged."""
    return sum(
        any(walk.began < each.ended < walk.ended for each in history.acknowledged)
        for walk in history.walks
        if walk.status == 200 and walk.fetched > 1
    )


def _stored(history: History) -> int:
    return len(history.readings) + (history.final is not None and len(history.acknowledged))


def _final(history: History) -> int:
    return 0 if history.final is None else len(history.creates)


def _echoed(history: History) -> int:
    return sum(history.text_of(each.record) is not None for each in history.acknowledged)


def _read_after(history: History) -> int:
    ended = {each.id: each.ended for each in history.acknowledged}
    return sum(each.id in ended and ended[each.id] < each.began for each in history.reads)


def _listed_after(history: History) -> int:
    return sum(
        any(each.ended < walk.began for each in history.acknowledged)
        for walk in history.walks
        if walk.status == 200 and walk.pages == 1
    )


def _seen_again(history: History) -> int:
    """Reads of what an earlier read or list had shown."""
    seen: dict[object, float] = {}
    again = 0
    asked: list[Read | Walk] = [*history.reads, *history.walks]
    for each in sorted(asked, key=lambda request: request.ended):
        if isinstance(each, Read):
            again += seen.get(each.id, each.began) < each.began
            shown = [each.id] if each.status == 200 else []
        else:
            shown = [record.id for record in each.records]
        for id in shown:
            seen.setdefault(id, each.ended)
    return again


def _ordered(history: History) -> int:
    return sum(len(walk.records) > 1 for walk in (*history.walks, history.final) if walk)


#: How many times each check had something to compare.
COMPARED: Mapping[Check, Callable[[History], int]] = {
    answered.failed: lambda history: len(history.creates),
    answered.kept_waiting: lambda history: len(history.beside),
    durable.lost: _stored,
    durable.altered: lambda history: len(history.reads) + len(history.readings),
    durable.undone: lambda history: len(history.changes),
    durable.repeated: _final,
    durable.unsent: _final,
    durable.rejected_and_stored: _final,
    durable.not_its_own: _echoed,
    ids.reused: lambda history: max(0, len(history.acknowledged) - 1),
    order.misordered: _ordered,
    # Without pages that are turned while somebody writes, a walk has nothing to skip or repeat.
    order.listed_twice: paged_while_written,
    order.skipped: paged_while_written,
    visible.unread: _read_after,
    visible.unlisted: _listed_after,
    visible.went_back: _seen_again,
}
