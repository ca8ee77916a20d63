"""How long the history keeps records, and how many: what is beyond goes, the oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, case, delete, func, select

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
            counted = select((func.count() - self.max_records).label("beyond"))
            beyond = counted.select_from(Generation).subquery().c.beyond
            # Below 0 a limit is none in SQLite, and an error in PostgreSQL.
            batch = case((beyond < 0, 0), (beyond > BATCH_RECORDS, BATCH_RECORDS), else_=beyond)
            limit = select(batch).scalar_subquery()
            too_many = select(Generation.id).order_by(Generation.id).limit(limit)
            yield delete(Generation).where(Generation.id.in_(too_many))

    @property
    def _age(self) -> timedelta:
        return timedelta(days=self.max_days)
