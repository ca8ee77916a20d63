"""A small HTTP/1.1 client whose own cost disturbs little: one event loop, no copies of answers."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, Self

from bench.errors import BenchError

ANSWER_SECONDS = 240.0
HEAD_BYTES = 1 << 20
TOKEN_EVENT = b"event: token"


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds from `began` (`time.perf_counter`)."""

    status: int
    headers: dict[str, str]
    body: bytes
    began: float
    seconds: float
    # Of a stream: when its first token event came.
    first_token: float | None

    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)

    @property
    def streamed(self) -> bool:
        """Whether it is a stream of events."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    def record(self) -> Any:
        """The stored record; of a stream, the last event's data."""
        if not self.streamed:
            return self.json()
        name, _, data = self.body.strip().rpartition(b"\n\n")[2].partition(b"\n")
        if name != b"event: record":
            raise BenchError(f"the stream ended with {name!r} {data!r}")
        return json.loads(data.removeprefix(b"data: "))


class Connection:
    """A connection to a port of this machine; it asks one thing after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Self:
        """Connect."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=HEAD_BYTES))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def ask(
        self, method: str, path: str, body: Any = None, request_id: str | None = None
    ) -> Answer:
        """Send a request, `body` as JSON, and read its answer to the end.

        Raises OSError or EOFError when the connection breaks and TimeoutError.
        """
        began = time.perf_counter()
        async with asyncio.timeout(ANSWER_SECONDS):
            self.send(method, path, body, request_id)
            await self._writer.drain()
            return await self._answer(began)

    def send(self, method: str, path: str, body: Any, request_id: str | None = None) -> None:
        """Send a request whose answer is read by nobody, or by `first_event`."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
        if body is not None:
            lines.append("Content-Type: application/json")
        if request_id is not None:
            lines.append(f"X-Request-ID: {request_id}")
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)

    async def first_event(self) -> None:
        """Read no further than the beginning of a stream."""
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._reader.readuntil(b"\r\n\r\n")
            await self._reader.readuntil(b"\n\n")

    async def _answer(self, began: float) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        first: float | None = None
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while part := await self._chunk():
                if first is None and TOKEN_EVENT in part:
                    first = time.perf_counter() - began
                parts.append(part)
            body = b"".join(parts)
        else:
            body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        seconds = time.perf_counter() - began
        return Answer(int(head[0].split()[1]), headers, body, began, seconds, first)

    async def _chunk(self) -> bytes:
        """Read one chunk (RFC 9112, section 7.1), as a rule one event; empty at the end."""
        size = int((await self._reader.readline()).split(b";")[0], 16)
        return (await self._reader.readexactly(size + 2))[:-2]


async def ask_once(port: int, method: str, path: str, body: Any = None) -> Answer:
    """Ask on a connection of its own, whose opening counts."""
    began = time.perf_counter()
    async with await Connection.open(port) as connection:
        opened = time.perf_counter() - began
        answer = await connection.ask(method, path, body)
    first = None if answer.first_token is None else answer.first_token + opened
    return Answer(answer.status, answer.headers, answer.body, began, answer.seconds + opened, first)


async def ask_together(
    port: int, bodies: list[dict[str, Any]], gap_seconds: float = 0.0, times: int = 1
) -> list[Answer]:
    """Let so many clients ask for texts, all at once or one after a gap; all must be answered.

    Each asks so many times, and again as soon as it has its answer.
    """

    async def one(place: int, body: dict[str, Any]) -> list[Answer]:
        await asyncio.sleep(place * gap_seconds)
        return [await ask_once(port, "POST", "/generate", body) for _ in range(times)]

    groups = await asyncio.gather(*(one(*each) for each in enumerate(bodies)))
    answers = [answer for group in groups for answer in group]
    for answer in answers:
        if answer.status != 200:
            raise BenchError(f"/generate: {answer.status} {answer.body!r}")
    return answers
