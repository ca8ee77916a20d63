"""What endpoints need."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Header, Request

from gpt2_service.engine.protocol import Engine
from gpt2_service.store.repository import History
from gpt2_service.words import ForbiddenWords

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """What one worker holds from its start to its end; the lifespan makes it."""

    engine: Engine
    history: History
    forbidden_words: ForbiddenWords
    store_threads: CapacityLimiter

    async def in_store(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call of the history without blocking the event loop."""
        return await to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self.store_threads)


def _services(
    request: Request,
    x_request_id: Annotated[
        str | None,
        Header(description="An id for this request; taken over when it is well-formed."),
    ] = None,
) -> Services:
    del x_request_id  # Read by the telemetry; declared here for the document.
    return cast("Services", request.state.services)


ServicesOf = Annotated[Services, Depends(_services)]
