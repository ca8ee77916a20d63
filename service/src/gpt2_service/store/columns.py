"""The types of columns, each as the database at hand has it."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator

# Begins what stands for a character that PostgreSQL's texts cannot hold.
ESCAPE = "\x1b"


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


class EscapedText(TypeDecorator[str]):
    """Any text. PostgreSQL's hold every character but NUL, which is stored as ESC and a zero.

    An ESC itself is stored as ESC and an "e"; nothing else is changed
    (https://www.postgresql.org/docs/current/datatype-character.html).
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        if value is None:
            return None
        return value.replace(ESCAPE, f"{ESCAPE}e").replace("\x00", f"{ESCAPE}0")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        if value is None:
            return None
        return value.replace(f"{ESCAPE}0", "\x00").replace(f"{ESCAPE}e", ESCAPE)


#: SQLite counts the ids of a column that is INTEGER to the letter, which has 64 bits there.
RECORD_ID = BigInteger().with_variant(Integer(), "sqlite")
MOMENT = DateTime(timezone=True).with_variant(UtcDateTime(), "sqlite")
ANY_TEXT = Text().with_variant(EscapedText(), "postgresql")
