"""An acknowledged write is visible at once, to every reader, and stays so."""

from collections.abc import Iterator
from typing import Any

from boxproof.ledger.history import Anomaly, Create, History, Outcome, Read, Request, Walk


def unread(history: History) -> Iterator[Anomaly]:
    """A read by id, begun after the acknowledgement, that does not find the record."""
    acknowledged = {create.id: create for create in history.acknowledged}
    for read in history.reads:
        create = acknowledged.get(read.id)
        if create is not None and read.status == 404 and create.ended < read.began:
            yield Anomaly(
                f"id {read.id} was acknowledged, and a later read misses it", (create, read)
            )


def unlisted(history: History) -> Iterator[Anomaly]:
    """A first page, begun after the acknowledgement, that should hold the record and does not.

    A full page may leave a record out only for newer ones: it must not hold one whose write ended
    before the missing one's began.
    """
    sent = {create.text: create for create in history.creates}
    for walk in history.walks:
        if walk.status == 200 and not walk.whole:
            missing = _missing(history, walk, _oldest_end(history, walk, sent))
            if missing is not None:
                summary = f"id {missing.id} was acknowledged, and a later list misses it"
                yield Anomaly(summary, (missing, walk))


def went_back(history: History) -> Iterator[Anomaly]:
    """A record that a reader has seen, acknowledged or not, and that a later read misses."""
    seen: dict[Any, Request] = {}
    looks: list[Read | Walk] = [*history.reads, *history.walks]
    for read in sorted(looks, key=lambda each: each.ended):
        if isinstance(read, Walk) and read.status == 200:
            for record in read.records:
                seen.setdefault(history.id_of(record), read)
        elif isinstance(read, Read):
            earlier = seen.get(read.id)
            if read.status == 200:
                seen.setdefault(read.id, read)
            elif read.status == 404 and earlier is not None and earlier.ended < read.began:
                yield Anomaly(f"id {read.id} was seen, and a later read misses it", (earlier, read))


def _oldest_end(history: History, walk: Walk, sent: dict[Any, Create]) -> float:
    """When the oldest record on a page was surely written; a page with room goes back for ever."""
    if len(walk.records) < walk.limit:
        return float("-inf")
    ends = []
    for record in walk.records:
        create = sent.get(history.text_of(record))
        if create is None:
            return float("-inf")  # older than this workload
        if create.outcome is Outcome.ACKNOWLEDGED:
            ends.append(create.ended)
    return min(ends, default=float("inf"))


def _missing(history: History, walk: Walk, oldest_end: float) -> Create | None:
    """A write that ended before the walk began, is newer than the page's oldest, and not on it."""
    met = {history.id_of(record) for record in walk.records}
    for create in history.acknowledged:
        if create.ended < walk.began and oldest_end < create.began and create.id not in met:
            return create
    return None
