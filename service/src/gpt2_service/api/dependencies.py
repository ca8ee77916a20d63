"""What endpoints need."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from gpt2_service.engine.continuous import ContinuousEngine
from gpt2_service.keys import ApiKeys
from gpt2_service.store.repository import History
from gpt2_service.telemetry.metrics import Metrics
from gpt2_service.words import ForbiddenWords

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """What one worker holds from its start to its end; the lifespan makes it."""

    engine: ContinuousEngine
    history: History
    forbidden_words: ForbiddenWords
    store_threads: CapacityLimiter
    metrics: Metrics
    api_keys: ApiKeys
    max_body_bytes: int

    async def in_store(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call of the history without blocking the event loop."""
        return await to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self.store_threads)


def services_of(request: Request) -> Services:
    """Return what the lifespan made."""
    return cast("Services", request.state.services)


async def _injected(request: Request) -> Services:
    # A coroutine function: FastAPI hands any other to a thread, for every request.
    return services_of(request)


ServicesOf = Annotated[Services, Depends(_injected)]
