"""The service that tutorials write: `pipeline(...)` in four threads, every answer in SQLite.

It is what the service is measured against: one process, `uvicorn` as it comes. Run as
`MODEL=FOLDER DATABASE=FILE uvicorn bench.tutorial:app`.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline

THREADS = 4


class Request(BaseModel):
    """A prompt to continue."""

    prompt: str
    max_length: int = 50


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the model and open the database."""
    app.state.generator = pipeline("text-generation", model=os.environ["MODEL"], device=-1)
    app.state.threads = ThreadPoolExecutor(max_workers=THREADS)
    app.state.database = os.environ["DATABASE"]
    with sqlite3.connect(app.state.database) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS generations"
            " (id INTEGER PRIMARY KEY, prompt TEXT, generated_text TEXT)"
        )
    yield
    app.state.threads.shutdown()


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """Say that the model is loaded."""
    return {"status": "healthy"}


@app.post("/generate")
async def generate(body: Request) -> dict[str, str | int]:
    """Generate and store a text."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(app.state.threads, _generate, body)


def _generate(body: Request) -> dict[str, str | int]:
    outputs = app.state.generator(
        body.prompt, max_length=body.max_length, num_return_sequences=1, do_sample=True
    )
    text = outputs[0]["generated_text"]
    with sqlite3.connect(app.state.database) as connection:
        row = connection.execute(
            "INSERT INTO generations (prompt, generated_text) VALUES (?, ?)", (body.prompt, text)
        )
    return {"id": row.lastrowid or 0, "prompt": body.prompt, "generated_text": text}
