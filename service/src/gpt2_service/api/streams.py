"""A text as server-sent events, while it is made.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gpt2_service.api.disconnects import cancelled_on_disconnect
from gpt2_service.api.schemas import Generated
from gpt2_service.api.shapes import Shape
from gpt2_service.engine.errors import ClientGoneError
from gpt2_service.engine.generation import Generation, GenerationResult
from gpt2_service.errors import InternalError, RequestError, ServiceStoppingError

log = logging.getLogger(__name__)

# Proxies and clients give a silent connection up, often after 30 s.
HEARTBEAT_SECONDS = 5.0
HEARTBEAT = b": still there\n\n"


class TextStream(Response):
    """Sends a generation's text as it comes and then, once it is stored, what ends it.

    `store` makes a result's record, and stores it where that is wanted; `shape` says what events
    look like. Whatever happens after the first byte ends as an error event.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        generation: Generation,
        store: Callable[[GenerationResult], Awaitable[Generated]],
        shape: Shape[object],
    ) -> None:
        self._generation = generation
        self._store = store
        self._shape = shape
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        async with cancelled_on_disconnect(self._generation, receive):
            try:
                await send(start)
                async for part in self._parts():
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            except asyncio.CancelledError:
                # The grace period is over. What follows is the last that this task does.
                log.warning("stopped before the text was complete")
                self._generation.cancel(ServiceStoppingError())
                await self._send_failure(ServiceStoppingError(), send)
            except ClientGoneError:
                return
            except RequestError as error:
                await self._send_failure(error, send)
            except Exception:
                log.exception("unexpected error")
                await self._send_failure(InternalError(), send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _parts(self) -> AsyncIterator[bytes]:
        if opening := self._shape.opening():
            yield opening
        async for piece in self._generation.pieces(HEARTBEAT_SECONDS):
            yield HEARTBEAT if piece is None else self._shape.piece(piece)
        result = await self._generation.result()
        yield self._shape.ending(await self._store(result), result)

    async def _send_failure(self, error: RequestError, send: Send) -> None:
        body = self._shape.failure(error)
        await send({"type": "http.response.body", "body": body, "more_body": True})
