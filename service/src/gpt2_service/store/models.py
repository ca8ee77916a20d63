"""The tables."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Index, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s"}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time; SQLite knows no time zones, so it is stored as UTC without one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING)


class Generation(Base):
    """One answered request.

    `id` grows with every record and is never given twice, not even after the newest record was
    deleted (https://www.sqlite.org/autoinc.html). It is the order of the history and its cursor.
    `request_id` finds the request in the log; records of the first release have none.
    """

    __tablename__ = "generations"
    # For filters of the history. In SQLite every index ends in the id, so each of them holds its
    # records in the order of a page (https://www.sqlite.org/fileformat2.html#indices).
    __table_args__ = (
        Index("ix_generations_created_at", "created_at"),
        Index("ix_generations_model_name_created_at", "model_name", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    prompt: Mapped[str] = mapped_column(Text)
    generated_text: Mapped[str] = mapped_column(Text)
    model_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_id: Mapped[str | None] = mapped_column(Text)
