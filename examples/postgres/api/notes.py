"""Notes over HTTP, kept in PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Query
from psycopg import AsyncConnection, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, ConfigDict, Field

#: Everything that a request needs of PostgreSQL, a free connection included. It counts here, for a
#: server that stands still ends no statement.
DATABASE_SECONDS = 3.0
BIGGEST = 2**63 - 1
TABLE = "CREATE TABLE IF NOT EXISTS notes (id bigserial PRIMARY KEY, text text NOT NULL)"

pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
    f"host={os.environ['DATABASE_HOST']} dbname=notes user=notes connect_timeout=3",
    kwargs={
        "password": File("/run/secrets/database_password").read_text().strip(),
        "row_factory": dict_row,
    },
    # A connection from before a restart is noticed here, and another one is taken.
    check=AsyncConnectionPool.check_connection,
    open=False,
)


class Wanted(BaseModel):
    """A note that is to be kept; PostgreSQL keeps no NUL."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = Field(min_length=1, max_length=500, pattern="^[^\\x00]*$")


class Note(BaseModel):
    """A note that is kept."""

    id: int
    text: str


class Problem(BaseModel):
    """Why a request was not done."""

    detail: str


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Connections for as long as the service runs."""
    async with pool:
        await pool.wait()
        async with pool.connection() as connection:
            await connection.execute(TABLE)
        yield


@asynccontextmanager
async def database() -> AsyncIterator[AsyncConnection[DictRow]]:
    """A connection, whose work is committed at the end; 503 where it cannot be done in time."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS), pool.connection() as connection:
            yield connection
    except (OperationalError, TimeoutError):
        raise HTTPException(503, "the notes cannot be reached for a while") from None


app = FastAPI(title="Notes", lifespan=lifespan, responses={503: {"model": Problem}})


@app.get("/health")
async def health() -> dict[str, str]:
    """Whether notes can be kept."""
    async with database() as connection:
        await connection.execute("SELECT 1")
    return {"status": "ok"}


@app.post("/notes", status_code=201)
async def create(wanted: Wanted) -> Note:
    """Keep a note."""
    async with database() as connection:
        made = await connection.execute(
            "INSERT INTO notes (text) VALUES (%s) RETURNING id, text", [wanted.text]
        )
        note: Any = await made.fetchone()
    return Note(**note)


@app.get("/notes/{note}", responses={404: {"model": Problem}})
async def read(note: Annotated[int, Path(ge=1, le=BIGGEST)]) -> Note:
    """One note."""
    async with database() as connection:
        asked = await connection.execute("SELECT id, text FROM notes WHERE id = %s", [note])
        found = await asked.fetchone()
    if found is None:
        raise HTTPException(404, "no such note")
    return Note(**found)


@app.get("/notes")
async def newest(
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    before: Annotated[int, Query(ge=1, le=BIGGEST)] = BIGGEST,
) -> list[Note]:
    """The latest notes, those before one of them."""
    async with database() as connection:
        asked = await connection.execute(
            "SELECT id, text FROM notes WHERE id < %s ORDER BY id DESC LIMIT %s", [before, limit]
        )
        found = await asked.fetchall()
    return [Note(**each) for each in found]
