"""All queries of the history."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, sessionmaker

from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.store.database import database_at
from gpt2_service.store.errors import store_errors
from gpt2_service.store.models import Generation, GenerationDetails, new_generation
from gpt2_service.store.retention import BATCH_RECORDS, Retention


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted: those that keep every rule that is given.

    Made by the model `model`; created at or after `created_from`, and before `created_to`.

    There is no rule for what a text contains. Nothing but a full-text index could bound its cost,
    and none does for every word: three letters that thousands of texts have and a fourth that none
    has would be looked for in each of them, while everybody else's record pays for the index.
    """

    model: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


EVERYTHING = Filter()

# Of one owner, and by it nevertheless: PostgreSQL walks an index for "is null" in the order of all
# of its columns alone.
LATEST = (Generation.owner.desc(), Generation.id.desc())


class History:
    """The records of one database.

    Every record is of one owner, and nobody else's calls find it; None owns what was made without a
    key.

    `read_connections` and `write_connections` say how many calls of each there may be at once.

    Methods block. They raise StoreUnavailableError or StoreFullError where the database cannot.
    """

    def __init__(self, address: DatabaseAddress) -> None:
        self._database = database_at(address)
        self.read_connections = self._database.read_connections
        self.write_connections = self._database.write_connections
        self._engine = self._database.engine(self.read_connections + self.write_connections)
        # Apart: whether the history can be used must not wait for those who use it.
        self._health_engine = self._database.health_engine()
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    def add(
        self,
        prompt: str,
        generated_text: str,
        model_name: str,
        request_id: str | None = None,
        details: GenerationDetails | None = None,
        owner: str | None = None,
    ) -> Generation:
        """Store a record and return it with its id; it is on the disk when this returns."""
        record = new_generation(prompt, generated_text, model_name, request_id, details, owner)
        with self._errors(), self._sessions.begin() as session:
            session.add(record)
        return record

    def get(self, record_id: int, owner: str | None = None) -> Generation | None:
        """Return the owner's record with this id, or None."""
        query = select(Generation).where(Generation.id == record_id, Generation.owner == owner)
        with self._errors(), self._session() as session:
            return session.scalar(query)

    def page(
        self,
        limit: int,
        before: int | None = None,
        wanted: Filter = EVERYTHING,
        owner: str | None = None,
    ) -> Sequence[Generation]:
        """Return up to `limit` of an owner's records, newest first, after `before` in that order.

        Newest means the highest id, and with a filter the latest `created_at`, then the highest id:
        the same unless workers stored at one moment or the clock was set back. `before` is an id,
        whether there is such a record or not.

        Walks the one index that holds owner and filter's columns in this order, from the page's
        first record: a page costs the same at any length of the history, however few records are
        the owner's or match the filter.
        """
        with self._errors(), self._session() as session:
            if wanted != EVERYTHING:
                return _filtered(session, limit, before, wanted, owner)
            query = select(Generation).where(Generation.owner == owner)
            query = query.order_by(*LATEST).limit(limit)
            if before is not None:
                query = query.where(Generation.id < before)
            return session.scalars(query).all()

    def delete(self, record_id: int, owner: str | None = None) -> bool:
        """Delete the owner's record with this id, for good once this returns; say if there was."""
        query = (
            delete(Generation)
            .where(Generation.id == record_id, Generation.owner == owner)
            .returning(Generation.id)
        )
        with self._errors(), self._sessions.begin() as session:
            return session.scalar(query) is not None

    def delete_batch(self, wanted: Filter, owner: str | None = None) -> int:
        """Delete a batch of an owner's records that a filter wants, the oldest first.

        Return how many, for good once this returns: less than BATCH_RECORDS where there were no
        more of them.
        """
        oldest = _matching(wanted, owner).with_only_columns(Generation.id).order_by(None)
        oldest = oldest.order_by(Generation.created_at, Generation.id).limit(BATCH_RECORDS)
        statement = delete(Generation).where(Generation.id.in_(oldest)).returning(Generation.id)
        with self._errors(), self._sessions.begin() as session:
            return len(session.scalars(statement).all())

    def expire(self, kept: Retention, now: datetime) -> int:
        """Delete a batch of what is to be kept no longer at `now`, of any owner; return how many.

        0 means that there is no more of it. Each limit has a small transaction of its own.
        """
        deleted = 0
        for statement in kept.expired(now):
            with self._errors(), self._sessions.begin() as session:
                deleted += len(session.scalars(statement.returning(Generation.id)).all())
        return deleted

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Say whether nobody else, in any process, deletes what is kept no longer.

        Holds the others off until it is left. Raises OSError where a lock file cannot be made.
        """
        with self._errors(), self._database.alone() as is_alone:
            yield is_alone

    def failure(self) -> str | None:
        """Say why the history cannot be used at the moment; None when it can."""
        return self._database.failure(self._health_engine)

    def locked(self) -> str | None:
        """Say that another process keeps every writer out, after a second of waiting for it."""
        return self._database.locked(self._health_engine)

    def schema_version(self) -> str | None:
        """Return the revision of the schema; None when it cannot be read."""
        return self._database.schema_version(self._health_engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        self._health_engine.dispose()

    def _session(self) -> Session:
        return self._sessions()

    def _errors(self) -> AbstractContextManager[None]:
        return store_errors(self._database)


def _filtered(
    session: Session, limit: int, before: int | None, wanted: Filter, owner: str | None
) -> Sequence[Generation]:
    """Return the page that `History.page` promises for a filter."""
    if before is None:
        return session.scalars(_matching(wanted, owner).limit(limit)).all()
    nearest = select(Generation.created_at).where(
        Generation.id <= before, Generation.owner == owner
    )
    moment = session.scalar(nearest.order_by(*LATEST).limit(1))
    if moment is None or (wanted.created_from is not None and moment < wanted.created_from):
        return []
    if wanted.created_to is not None and moment >= wanted.created_to:
        return session.scalars(_matching(wanted, owner).limit(limit)).all()
    # As one comparison of (created_at, id), SQLite would look at every record of that moment.
    together = _matching(Filter(wanted.model), owner).where(
        Generation.created_at == moment, Generation.id < before
    )
    found = session.scalars(together.limit(limit)).all()
    earlier = _matching(replace(wanted, created_to=moment), owner).limit(limit - len(found))
    return [*found, *session.scalars(earlier)]


def _matching(wanted: Filter, owner: str | None) -> Select[Generation]:
    """Return the query for every record of an owner that a filter wants, latest first."""
    query = select(Generation).where(Generation.owner == owner)
    query = query.order_by(
        Generation.owner.desc(), Generation.created_at.desc(), Generation.id.desc()
    )
    if wanted.model is not None:
        query = query.where(Generation.model_name == wanted.model)
    if wanted.created_from is not None:
        query = query.where(Generation.created_at >= wanted.created_from)
    if wanted.created_to is not None:
        query = query.where(Generation.created_at < wanted.created_to)
    return query
