"""The list is in its order, and a walk through it misses nothing and repeats nothing."""

from collections.abc import Iterator
from typing import Any

from boxproof.ledger.checkers.missing import Expected
from boxproof.ledger.history import NEWEST, UNORDERED, Anomaly, Create, History, Walk


def misordered(history: History) -> Iterator[Anomaly]:
    """Two records in the wrong order, where the list has one.

    Only writes of which one ended before the other began have an order that everybody must see.
    """
    if history.order == UNORDERED:
        return
    by_id = {create.id: create for create in history.acknowledged}
    for walk in _walks(history):
        met = [by_id[i] for i in _ids(walk) if i in by_id]
        pair = _wrong_pair(met if history.order == NEWEST else met[::-1])
        if pair is not None:
            wrong = "an older record stands before a newer one"
            if history.order != NEWEST:
                wrong = "a newer record stands before an older one"
            yield Anomaly(wrong, (*pair, walk))


def listed_twice(history: History) -> Iterator[Anomaly]:
    """A record that one walk came upon twice."""
    for walk in _walks(history):
        seen: set[Any] = set()
        for each in _ids(walk):
            if each in seen:
                yield Anomaly(f"one walk through the list met id {each} twice", (walk,))
            seen.add(each)


def skipped(history: History) -> Iterator[Anomaly]:
    """A record that was there before a walk over several pages began, and that it did not meet."""
    expected = Expected(history)
    for walk in _walks(history):
        if walk.pages > 1:
            create = expected.missing(walk)
            if create is not None:
                yield Anomaly(
                    f"id {create.id} was there before the walk began, and the walk skipped it",
                    (create, walk),
                )


def _wrong_pair(listed: list[Create]) -> tuple[Create, Create] | None:
    """An older write that stands before a newer one: ``older`` ended before ``newer`` began.

    Going down the list, the write that ended first so far must not have ended before a later one
    began.
    """
    first_ended: Create | None = None
    for create in listed:
        if first_ended is not None and first_ended.ended < create.began:
            return first_ended, create
        if first_ended is None or create.ended < first_ended.ended:
            first_ended = create
    return None


def _walks(history: History) -> Iterator[Walk]:
    yield from (walk for walk in history.walks if walk.status == 200)
    if history.final is not None:
        yield history.final


def _ids(walk: Walk) -> list[Any]:
    return [record.id for record in walk.records]
