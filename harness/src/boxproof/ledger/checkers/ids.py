"""Ids name one record for ever."""

from collections.abc import Iterator
from typing import Any

from boxproof.ledger.history import Anomaly, Create, History


def reused(history: History) -> Iterator[Anomaly]:
    """An id that two writes were acknowledged with."""
    first: dict[Any, Create] = {}
    for create in sorted(history.acknowledged, key=lambda each: each.ended):
        if create.id in first:
            yield Anomaly(f"id {create.id} was given twice", (first[create.id], create))
        else:
            first[create.id] = create
