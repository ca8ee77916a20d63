"""An acknowledged write is visible at once, to every reader, and stays so."""

from collections.abc import Iterator
from typing import Any

from boxproof.ledger.checkers.missing import Expected
from boxproof.ledger.history import Anomaly, History, Read, Request, Walk


def unread(history: History) -> Iterator[Anomaly]:
    """A read by id, begun after the acknowledgement, that does not find the record."""
    acknowledged = {create.id: create for create in history.acknowledged}
    for read in history.reads:
        create = acknowledged.get(read.id)
        if create is not None and read.status == 404 and create.ended < read.began:
            yield Anomaly(
                f"id {read.id} was acknowledged, and a later read does not find it", (create, read)
            )


def unlisted(history: History) -> Iterator[Anomaly]:
    """A first page, begun after the acknowledgement, that should hold the record and does not."""
    expected = Expected(history)
    for walk in history.walks:
        if walk.status == 200 and walk.pages == 1:
            create = expected.missing(walk)
            if create is not None:
                summary = f"id {create.id} was acknowledged, and a later list does not show it"
                yield Anomaly(summary, (create, walk))


def went_back(history: History) -> Iterator[Anomaly]:
    """A record that a reader has seen, acknowledged or not, and that a later read misses."""
    seen: dict[Any, Request] = {}
    looks: list[Read | Walk] = [*history.reads, *history.walks]
    for read in sorted(looks, key=lambda each: each.ended):
        if isinstance(read, Walk) and read.status == 200:
            for record in read.records:
                seen.setdefault(record.id, read)
        elif isinstance(read, Read):
            earlier = seen.get(read.id)
            if read.status == 200:
                seen.setdefault(read.id, read)
            elif read.status == 404 and earlier is not None and earlier.ended < read.began:
                yield Anomaly(
                    f"id {read.id} was seen, and a later read does not find it", (earlier, read)
                )
