"""Which write a walk through the list should have met, and did not."""

from bisect import bisect_right

from boxproof.ledger.history import NEWEST, Create, History, Outcome, Walk


class Expected:
    """What walks through a history's list should have met; made once for all of its walks."""

    def __init__(self, history: History) -> None:
        self._order = history.order
        self._by_text = {create.text: create for create in history.creates}
        self._acknowledged = sorted(history.acknowledged, key=lambda each: each.began)
        self._began = [create.began for create in self._acknowledged]

    def missing(self, walk: Walk) -> Create | None:
        """A write acknowledged before the walk began, that it must have met, and did not.

        A walk that stops before the workload's first record may leave a write out only for newer
        ones: it must not hold one that had ended before the missing one began.
        """
        met = {record.id for record in walk.records}
        first = bisect_right(self._began, self._oldest_end(walk))
        last = bisect_right(self._began, walk.began)
        for create in self._acknowledged[first:last]:
            if create.ended < walk.began and create.id not in met:
                return create
        return None

    def _oldest_end(self, walk: Walk) -> float:
        """When the oldest write that the walk met had surely ended."""
        if walk.reached:
            return float("-inf")
        if self._order != NEWEST:
            return float("inf")
        met = (self._by_text.get(record.text) for record in walk.records)
        ends = [each.ended for each in met if each and each.outcome is Outcome.ACKNOWLEDGED]
        return min(ends, default=float("inf"))
