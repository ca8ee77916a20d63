"""All queries of the history."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from gpt2_service.store import condition
from gpt2_service.store.failures import store_errors
from gpt2_service.store.models import Account, Generation
from gpt2_service.store.session import open_engine


class History:
    """The records of one SQLite file.

    Methods block. They raise StoreUnavailableError or StoreFullError when SQLite cannot do it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = open_engine(path)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    def add(
        self,
        prompt: str,
        generated_text: str,
        model_name: str,
        request_id: str | None = None,
        account: Account | None = None,
    ) -> Generation:
        """Store a record and return it with its id; it is on the disk when this returns."""
        record = Generation(
            prompt=prompt,
            generated_text=generated_text,
            model_name=model_name,
            created_at=datetime.now(UTC),
            request_id=request_id,
            **({} if account is None else asdict(account)),
        )
        with store_errors(), self._sessions.begin() as session:
            session.add(record)
        return record

    def get(self, record_id: int) -> Generation | None:
        """Return the record with this id, or None."""
        with store_errors(), self._session() as session:
            return session.get(Generation, record_id)

    def page(self, limit: int, before: int | None = None) -> Sequence[Generation]:
        """Return up to `limit` records, newest first, with ids below `before`.

        Walks the primary key from there, so a page costs the same at any length of the history.
        """
        query = select(Generation).order_by(Generation.id.desc()).limit(limit)
        if before is not None:
            query = query.where(Generation.id < before)
        with store_errors(), self._session() as session:
            return session.scalars(query).all()

    def failure(self) -> str | None:
        """Say why the history cannot be used at the moment; None when it can."""
        return condition.failure(self._path)

    def locked(self) -> str | None:
        """Say that another process keeps every writer out, after a second of waiting for it."""
        return condition.locked(self._path)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _session(self) -> Session:
        return self._sessions()
