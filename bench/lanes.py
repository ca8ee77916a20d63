"""Connections to a worker that one chooses.

All workers listen on one port, so connections are opened until each worker has enough; which one
took a connection stands in the log, with the id of a request that was sent over it.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bench.clients import Connection
from bench.errors import BenchError
from bench.servers import Server

MOST_CONNECTIONS = 400
LOG_SECONDS = 5.0
PAUSE_SECONDS = 0.02
Body = dict[str, Any]


@asynccontextmanager
async def lanes(server: Server, count: int) -> AsyncIterator[dict[int, list[Connection]]]:
    """So many connections to each worker, by its process id; closed at the end."""
    found: dict[int, list[Connection]] = {pid: [] for pid in server.workers}
    every: list[Connection] = []
    try:
        for _ in range(MOST_CONNECTIONS):
            if all(len(each) >= count for each in found.values()):
                break
            connection = await Connection.open(server.port)
            every.append(connection)
            name = uuid.uuid4().hex
            await connection.ask("GET", "/", request_id=name)
            found[await _worker(server, name)].append(connection)
        else:
            raise BenchError(f"of {MOST_CONNECTIONS} connections a worker got less than {count}")
        yield {pid: each[:count] for pid, each in found.items()}
    finally:
        for connection in every:
            connection.close()


async def _worker(server: Server, name: str) -> int:
    """The process that answered a request; its line follows the answer."""
    async with asyncio.timeout(LOG_SECONDS):
        while True:
            for entry in server.entries():
                if entry.get("request_id") == name:
                    return int(entry["process"])
            await asyncio.sleep(PAUSE_SECONDS)


async def texts(connections: Sequence[Connection], bodies: Sequence[Body]) -> list[str]:
    """The texts of all bodies, in their order, asked for over these connections at once."""
    waiting = list(enumerate(bodies))[::-1]
    made: dict[int, str] = {}

    async def work(connection: Connection) -> None:
        while waiting:
            place, body = waiting.pop()
            answer = await connection.ask("POST", "/generate", body)
            if answer.status != 200:
                raise BenchError(f"/generate: {answer.status} {answer.body!r}")
            made[place] = answer.record()["generated_text"]

    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(work(connection))
    return [made[place] for place in range(len(bodies))]
