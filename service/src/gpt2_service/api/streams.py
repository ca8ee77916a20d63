"""A text as server-sent events, while it is made.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gpt2_service.api.departures import watched
from gpt2_service.api.schemas import Closed, Record
from gpt2_service.engine.failures import ClientGoneError
from gpt2_service.engine.generation import Generation, GenerationResult
from gpt2_service.errors import InternalError, RequestError, ServiceStoppingError

log = logging.getLogger(__name__)

# Proxies and clients give a silent connection up, often after 30 s.
HEARTBEAT_SECONDS = 5.0
HEARTBEAT = b": still there\n\n"


class Token(Closed):
    """More text of one choice; the prompt is not part of it."""

    index: Annotated[int, Field(ge=0, description="Which choice.")]
    text: Annotated[str, Field(min_length=1)]


class StreamError(Closed):
    """Why there is no record; nothing follows."""

    status: Annotated[
        int, Field(ge=400, le=599, description="The status that an answer would have had.")
    ]
    detail: Annotated[str, Field(min_length=1)]
    retry_after: Annotated[
        int | None, Field(description="Seconds to wait before the next attempt, where that helps.")
    ]


EventName = Literal["token", "record", "error"]


def event(name: EventName, data: BaseModel) -> bytes:
    """Return one event; JSON has no line breaks of its own."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n".encode()


def failure(error: RequestError) -> bytes:
    """Return the event that an error becomes once the stream has begun."""
    data = StreamError(
        status=error.status, detail=str(error), retry_after=error.retry_after_seconds
    )
    return event("error", data)


class TextStream(Response):
    """Sends a generation's text as it comes and then, once it is stored, its record.

    `store` stores a result. Whatever happens after the first byte ends as an error event.
    """

    media_type = "text/event-stream"

    def __init__(
        self, generation: Generation, store: Callable[[GenerationResult], Awaitable[Record]]
    ) -> None:
        self._generation = generation
        self._store = store
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        async with watched(self._generation, receive):
            try:
                await send(start)
                async for part in self._parts():
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            except asyncio.CancelledError:
                # The grace period is over. What follows is the last that this task does.
                log.warning("stopped before the text was complete")
                self._generation.cancel(ServiceStoppingError())
                await _send_failure(ServiceStoppingError(), send)
            except ClientGoneError:
                return
            except RequestError as error:
                await _send_failure(error, send)
            except Exception:
                log.exception("unexpected error")
                await _send_failure(InternalError(), send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _parts(self) -> AsyncIterator[bytes]:
        async for piece in self._generation.pieces(HEARTBEAT_SECONDS):
            if piece is None:
                yield HEARTBEAT
            else:
                yield event("token", Token(index=piece.index, text=piece.text))
        yield event("record", await self._store(await self._generation.result()))


async def _send_failure(error: RequestError, send: Send) -> None:
    await send({"type": "http.response.body", "body": failure(error), "more_body": True})


def _documented(name: EventName, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "event": {"const": name},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": data,
            },
        },
        "required": ["event", "data"],
        "additionalProperties": False,
    }


# The schema is that of one event, as is usual before `itemSchema` of OpenAPI 3.2.
CONTENT: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "title": "Event",
            "description": "One event of the stream: `token` events, then one `record`, or one "
            "`error` instead of it. Comment lines in between keep the connection open.",
            "oneOf": [
                _documented("token", Token.model_json_schema()),
                _documented("record", {"$ref": "#/components/schemas/Record"}),
                _documented("error", StreamError.model_json_schema()),
            ],
        }
    }
}
