"""Notices when a client leaves before it is answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive

from gpt2_service.engine.errors import ClientGoneError
from gpt2_service.engine.generation import Generation
from gpt2_service.errors import ServiceStoppingError


@asynccontextmanager
async def cancelled_on_disconnect(generation: Generation, receive: Receive) -> AsyncIterator[None]:
    """Give a generation up when its client leaves, or when this is left before its end.

    The request's body must have been read. The generation then raises ClientGoneError.
    """
    watching = asyncio.create_task(_cancel_when_gone(generation, receive))
    try:
        yield
    except asyncio.CancelledError:
        generation.cancel(ServiceStoppingError())
        raise
    finally:
        watching.cancel()
        generation.cancel(ClientGoneError())


async def _cancel_when_gone(generation: Generation, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    generation.cancel(ClientGoneError())
