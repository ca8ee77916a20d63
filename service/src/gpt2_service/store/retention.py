"""How long the history keeps records, and how many: what is beyond goes, the oldest first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Delete, delete, func, select

from gpt2_service.store.models import Generation

# What one transaction deletes: others wait for it no longer than for a few of their own.
BATCH_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Retention:
    """The most days and the most records, of all owners together; 0 is no limit."""

    max_days: int = 0
    max_records: int = 0

    def __bool__(self) -> bool:
        return bool(self.max_days or self.max_records)

    def expired(self, now: datetime) -> Iterator[Delete]:
        """Return the statements that delete one batch each of what is beyond a limit at `now`.

        Ages are looked at in the order of ids, without an index of their own that every record
        would pay for: a batch of records from a clock that was ahead holds up those after it.
        """
        oldest = select(Generation.id, Generation.created_at).order_by(Generation.id)
        if self.max_days:
            first = oldest.limit(BATCH_RECORDS).subquery()
            too_old = select(first.c.id).where(first.c.created_at < now - self._age)
            yield delete(Generation).where(Generation.id.in_(too_old))
        if self.max_records:
            kept = select(func.count()).select_from(Generation).scalar_subquery()
            # No limit is below 0 in SQLite, which would be all of them.
            beyond = func.max(0, func.min(BATCH_RECORDS, kept - self.max_records))
            too_many = select(Generation.id).order_by(Generation.id).limit(beyond)
            yield delete(Generation).where(Generation.id.in_(too_many))

    @property
    def _age(self) -> timedelta:
        return timedelta(days=self.max_days)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Say whether nobody else, in any process, deletes what the database keeps no longer.

    Holds the others off until it is left.
    """
    with path.with_name(f"{path.name}.retention.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
