"""Notes over HTTP, kept in Redis."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path as File
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError

#: Everything that a request needs of Redis, a connection included.
REDIS_SECONDS = 3.0
BIGGEST = 2**53 - 1  # what the score of a sorted set holds exactly
#: The latest id, each note by its id, and the ids in their order.
LATEST, NOTE, ORDER = "latest", "note:{}", "notes"


class Wanted(BaseModel):
    """A note that is to be kept."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = Field(min_length=1, max_length=500)


class Note(BaseModel):
    """A note that is kept."""

    id: int
    text: str


class Problem(BaseModel):
    """Why a request was not done."""

    detail: str


store = Redis(
    host=os.environ["REDIS_HOST"],
    password=File("/run/secrets/redis_password").read_text().strip(),
    decode_responses=True,
)


@asynccontextmanager
async def reached() -> AsyncIterator[Redis]:
    """The store; 503 where it fails, or does not answer in time."""
    try:
        async with asyncio.timeout(REDIS_SECONDS):
            yield store
    except (RedisError, TimeoutError):
        raise HTTPException(503, "the notes cannot be reached for a while") from None


app = FastAPI(title="Notes", responses={503: {"model": Problem}})


@app.get("/health")
async def health() -> dict[str, str]:
    """Whether notes can be kept."""
    async with reached() as redis:
        await redis.ping()
    return {"status": "ok"}


@app.post("/notes", status_code=201)
async def create(wanted: Wanted) -> Note:
    """Keep a note."""
    async with reached() as redis:
        number = await redis.incr(LATEST)
        async with redis.pipeline(transaction=True) as both:
            await (
                both.set(NOTE.format(number), wanted.text)
                .zadd(ORDER, {str(number): number})
                .execute()
            )
    return Note(id=number, text=wanted.text)


@app.get("/notes/{note}", responses={404: {"model": Problem}})
async def read(note: Annotated[int, Path(ge=1, le=BIGGEST)]) -> Note:
    """One note."""
    async with reached() as redis:
        found = await redis.get(NOTE.format(note))
    if found is None:
        raise HTTPException(404, "no such note")
    return Note(id=note, text=found)


@app.get("/notes")
async def newest(
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    before: Annotated[int, Query(ge=1, le=BIGGEST)] = BIGGEST,
) -> list[Note]:
    """The latest notes, those before one of them."""
    async with reached() as redis:
        numbers = await redis.zrange(
            ORDER, f"({before}", "-inf", desc=True, byscore=True, offset=0, num=limit
        )
        texts = await redis.mget([NOTE.format(each) for each in numbers]) if numbers else []
    return [Note(id=number, text=text) for number, text in zip(numbers, texts, strict=True)]
