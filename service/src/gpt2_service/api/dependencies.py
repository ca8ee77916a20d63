"""What endpoints need."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from gpt2_service.client_limits import ClientLimits
from gpt2_service.draining import Draining
from gpt2_service.engine.continuous import ContinuousEngine
from gpt2_service.errors import InternalError
from gpt2_service.keys import ApiKeys
from gpt2_service.prompt_filter import ForbiddenWords
from gpt2_service.store.repository import History
from gpt2_service.telemetry.metrics import Metrics

log = logging.getLogger(__name__)

# How long the end of a worker waits for what is being written; gunicorn's patience is longer.
WRITE_SECONDS = 1.0

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """What one worker holds from its start to its end; the lifespan makes it."""

    engine: ContinuousEngine
    history: History
    forbidden_words: ForbiddenWords
    # Apart, so that however many read, a record can be stored.
    read_threads: CapacityLimiter
    write_threads: CapacityLimiter
    metrics: Metrics
    api_keys: ApiKeys
    client_limits: ClientLimits
    max_body_bytes: int
    draining: Draining
    _writers: set[asyncio.Task[Any]] = field(default_factory=set)

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call of the history without blocking the event loop."""
        return await to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self.read_threads)

    async def write(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a write as `read` does, and to its end, though the request is cancelled.

        A thread that writes cannot be called back, and a record that will be there must not be
        refused. Raises InternalError where the worker ends before the write: nobody knows then.
        """
        writer = cast("asyncio.Task[Any]", asyncio.current_task())
        self._writers.add(writer)
        writer.add_done_callback(self._writers.discard)
        writing = asyncio.ensure_future(
            to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self.write_threads)
        )
        while True:
            try:
                return await asyncio.shield(writing)
            except asyncio.CancelledError:
                if writing.cancelled():
                    log.error("the worker ended while a record was being written")
                    raise InternalError from None

    async def finish_writes(self) -> None:
        """Wait for the requests whose records are being written, for a moment."""
        if self._writers:
            await asyncio.wait(self._writers, timeout=WRITE_SECONDS)


def services_of(request: Request) -> Services:
    """Return what the lifespan made."""
    return cast("Services", request.state.services)


def owner_of(request: Request) -> str | None:
    """Return whose records a request makes and sees: the label of the key that let it in.

    None where no keys are handed out.
    """
    return cast("str | None", request.state.key_label)


def client_of(request: Request) -> str:
    """Return who is limited: the label of its key, or where there are no keys its address."""
    address = "" if request.client is None else request.client.host
    return owner_of(request) or address


async def _injected(request: Request) -> Services:
    # A coroutine function: FastAPI hands any other to a thread, for every request.
    return services_of(request)


ServicesOf = Annotated[Services, Depends(_injected)]


async def _injected_owner(request: Request) -> str | None:
    return owner_of(request)


OwnerOf = Annotated[str | None, Depends(_injected_owner)]
