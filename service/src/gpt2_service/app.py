"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from anyio import CapacityLimiter
from fastapi import FastAPI

from gpt2_service import __version__
from gpt2_service.api import generate, health, history, root
from gpt2_service.api.dependencies import Services
from gpt2_service.api.handlers import add_error_handlers
from gpt2_service.api.schemas import MAX_LENGTH_TOKENS
from gpt2_service.engine.continuous import ContinuousEngine, Limits
from gpt2_service.engine.protocol import Model
from gpt2_service.settings import Settings
from gpt2_service.store.repository import History
from gpt2_service.store.session import POOL_CONNECTIONS
from gpt2_service.telemetry.requests import RequestTelemetry
from gpt2_service.words import ForbiddenWords

DESCRIPTION = """\
Continues text with GPT-2 and keeps what it generated.

Every response carries `X-Request-ID`. Every path that answers GET answers HEAD as well. An unknown
path is answered 404 and a method that a path does not have 405 with `Allow`, both with the body
`{"detail": "..."}`. Query parameters that are not documented are ignored; keys of a body that are
not documented are refused.
"""


class State(TypedDict):
    """What the lifespan hands to requests."""

    services: Services


def create_app(settings: Settings, model: Model) -> FastAPI:
    """Return the application.

    `model` is loaded and the database is up to date (`boot.prepare`). Nothing is opened before the
    lifespan starts, so the application may be made before a fork.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        engine = ContinuousEngine(model, _limits(settings))
        store = History(settings.database_path)
        services = Services(
            engine=engine,
            history=store,
            forbidden_words=ForbiddenWords(settings.forbidden_words),
            store_threads=CapacityLimiter(POOL_CONNECTIONS),
        )
        await engine.start()
        try:
            yield {"services": services}
        finally:
            # Requests have ended by now, or were given up.
            await engine.close(drain_seconds=0)
            store.close()

    app = FastAPI(
        title="GPT-2 text generation",
        version=__version__,
        summary="Continues text with GPT-2 and keeps what it generated.",
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=lifespan,
        redirect_slashes=False,
        redoc_url=None,
    )
    for resource in (root, health, generate, history):
        app.include_router(resource.router)
    add_error_handlers(app)
    app.add_middleware(RequestTelemetry)
    return app


def _limits(settings: Settings) -> Limits:
    return Limits(
        slots=settings.max_batch,
        waiting=settings.max_queue,
        max_tokens=MAX_LENGTH_TOKENS,
        request_seconds=settings.request_timeout_seconds,
    )
