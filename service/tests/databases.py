"""What tests look up in a database, and put into it, by connections of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import insert, text

from gpt2_service.database_urls import POSTGRESQL, SQLITE, DatabaseAddress
from gpt2_service.store.database import database_at
from gpt2_service.store.models import Generation


def executed(address: DatabaseAddress, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, which is committed."""
    engine = database_at(address).engine(1)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def put(address: DatabaseAddress, records: Sequence[dict[str, Any]]) -> None:
    """Store records, of which nothing but what is given matters."""
    plain = {"prompt": "p", "generated_text": "t", "model_name": "m"}
    engine = database_at(address).engine(1)
    try:
        with engine.begin() as connection:
            connection.execute(insert(Generation), [{**plain, **record} for record in records])
    finally:
        engine.dispose()


def url_of(address: DatabaseAddress) -> str:
    """Return what DATABASE_URL says of it."""
    if isinstance(address, Path):
        return f"{SQLITE}{address}"
    escaped = {name: quote(value, safe="") for name, value in address.parameters.items()}
    user, password, name = escaped["user"], escaped["password"], escaped["dbname"]
    return f"{POSTGRESQL}{user}:{password}@/{name}?host={escaped['host']}"
