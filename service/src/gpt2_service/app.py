"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from anyio import CapacityLimiter
from fastapi import FastAPI

from gpt2_service import __version__
from gpt2_service.api import docs, generate, health, history, metrics, root
from gpt2_service.api.dependencies import WRITE_SECONDS, Services
from gpt2_service.api.guard import describe_security
from gpt2_service.api.handlers import add_error_handlers
from gpt2_service.api.limits import HeadLimit
from gpt2_service.api.openai import operations as openai
from gpt2_service.api.openai.documentation import describe_openai
from gpt2_service.api.schemas import MAX_LENGTH_TOKENS
from gpt2_service.client_limits import ClientLimits
from gpt2_service.draining import Draining
from gpt2_service.engine.continuous import ContinuousEngine, Limits
from gpt2_service.engine.interfaces import Model
from gpt2_service.expiry import Expiry
from gpt2_service.keys import ApiKeys
from gpt2_service.prompt_filter import ForbiddenWords
from gpt2_service.settings import Settings
from gpt2_service.store.repository import History
from gpt2_service.store.retention import Retention
from gpt2_service.telemetry.metrics import Metrics
from gpt2_service.telemetry.requests import RequestTelemetry
from gpt2_service.telemetry.tracing import Tracing

DESCRIPTION = """\
Continues text with GPT-2 and keeps what it generated.

Every response carries `X-Request-ID`. Every path that answers GET answers HEAD as well. An unknown
path gets 404 and a method that a path does not have 405 with `Allow`, both with the body
`{"detail": "..."}`. Paths below `/v1` speak OpenAI's API, and every error there has its shape,
`{"error": {...}}`. Query parameters that are not documented are ignored; keys of a body that are
not documented are refused.

A service whose operator hands out keys (`API_KEYS`) wants one of them, as `X-API-Key` or as
`Authorization: Bearer`, for every operation that names a security scheme; the document that such a
service serves no longer lists "no key" among the ways in. Without keys it takes every request, and
never answers 401 or 403. A key sees, lists and deletes the records of its own label alone; any
other record does not exist for it (404). What was made without a key nobody sees while there are
keys, and what was made with one nobody sees while there are none.
"""


class State(TypedDict):
    """What the lifespan hands to requests."""

    services: Services


class Application(FastAPI):
    """FastAPI, with what its document cannot know of keys by itself."""

    keys_required = False
    model_name = ""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            describe_security(document, required=self.keys_required)
            describe_openai(document, self.model_name)
        return super().openapi()


def create_app(settings: Settings, model: Model, draining: Draining | None = None) -> FastAPI:
    """Return the application.

    `model` is loaded and the database is up to date (`boot.boot`). Nothing is opened before the
    lifespan starts, so the application may be made before a fork. Without `draining` it never does.
    """
    counted = Metrics()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        engine = ContinuousEngine(model, _limits(settings), counted.engine)
        store = History(settings.database)
        services = Services(
            engine=engine,
            history=store,
            forbidden_words=ForbiddenWords(settings.forbidden_words),
            read_threads=CapacityLimiter(store.read_connections),
            write_threads=CapacityLimiter(store.write_connections),
            metrics=counted,
            api_keys=ApiKeys(settings.api_keys),
            client_limits=ClientLimits(
                settings.client_max_texts, settings.client_requests_per_minute
            ),
            max_body_bytes=settings.max_body_bytes,
            draining=draining or Draining(),
        )
        kept = Retention(settings.history_max_days, settings.history_max_records)
        expiry = Expiry(store, kept, services.write_threads)
        await engine.start()
        if tracing is not None:
            tracing.start()
        expiring = asyncio.create_task(expiry.run())
        try:
            yield {"services": services}
        finally:
            expiry.end()
            await asyncio.wait({expiring}, timeout=WRITE_SECONDS)
            # Requests have ended by now, or were given up, but for those that are being stored.
            await services.finish_writes()
            await engine.close(drain_seconds=0)
            store.close()
            if tracing is not None:
                await tracing.close()

    app = Application(
        title="GPT-2 text generation",
        version=__version__,
        summary="Continues text with GPT-2 and keeps what it generated.",
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.keys_required = bool(settings.api_keys)
    app.model_name = model.name
    for resource in (root, health, metrics, generate, history, openai, docs):
        app.include_router(resource.router)
    add_error_handlers(app)
    app.add_middleware(HeadLimit, limit_bytes=settings.max_header_bytes)
    app.add_middleware(RequestTelemetry, metrics=counted)
    tracing = Tracing(app) if settings.traces_endpoint else None
    return app


def _limits(settings: Settings) -> Limits:
    return Limits(
        slots=settings.max_batch,
        waiting=settings.max_queue,
        max_tokens=MAX_LENGTH_TOKENS,
        request_seconds=settings.request_timeout_seconds,
    )
