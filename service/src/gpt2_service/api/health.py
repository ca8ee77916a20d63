"""Whether this worker can do its work, and whether a restart would help. Never waits for the model.

Who asks `/livez` restarts what does not answer 200, and who asks `/readyz` sends it no requests, as
with Kubernetes' own paths of these names ("Kubernetes API health endpoints" in its documentation).
"""

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel

from gpt2_service import __version__
from gpt2_service.api.dependencies import Services, ServicesOf
from gpt2_service.api.guard import GuardedRoute
from gpt2_service.api.responses import (
    REQUEST_ID,
    TAKES_REQUEST_ID,
    Responses,
    error_responses,
    success,
)
from gpt2_service.api.schemas import (
    Check,
    Checks,
    DetailedHealth,
    Health,
    HealthStatus,
    Image,
    Liveness,
)
from gpt2_service.provenance import built_image, library_versions


def _documented(well: str, unwell: str, model: type[BaseModel]) -> dict[str, Any]:
    """Return what every check documents; both of its answers are `model`."""
    responses: Responses = {
        **success(well),
        503: {"description": unwell, "model": model, "headers": REQUEST_ID},
        **error_responses(),
    }
    return {"openapi_extra": TAKES_REQUEST_ID, "responses": responses}


USABLE = _documented(
    "Model and database are usable",
    "Model or database is unusable, or the service is about to stop",
    Health,
)

outside = APIRouter()
# What is wrong inside is for those who run the service.
inside = APIRouter(route_class=GuardedRoute)


@outside.get("/readyz", operation_id="getReadiness", summary="The same, for probes", **USABLE)
@outside.get("/health", operation_id="getHealth", summary="Can it answer?", **USABLE)
async def get_health(services: ServicesOf, response: Response) -> Health:
    checks = await _checks(services)
    return Health(
        status=_answered(response, _all_healthy(checks) and not services.draining.begun),
        model_loaded=checks.model.status == "healthy",
    )


@outside.get(
    "/livez",
    operation_id="getLiveness",
    summary="Can it go on without a restart?",
    **_documented(
        "The model's thread works, or has nothing to do",
        "The model's thread is dead or hangs, which only a restart mends",
        Liveness,
    ),
)
async def get_liveness(services: ServicesOf, response: Response) -> Liveness:
    # Of the database nothing: a restart makes no room on a disk.
    return Liveness(status=_answered(response, services.engine.stuck() is None))


@inside.get(
    "/health/detailed",
    operation_id="getDetailedHealth",
    summary="Which dependency fails?",
    **_documented("Every dependency is usable", "A dependency is unusable", DetailedHealth),
)
async def get_detailed_health(services: ServicesOf, response: Response) -> DetailedHealth:
    checks = await _checks(services)
    if checks.database.status == "healthy":
        # Told here alone: a lock passes, and whoever writes meanwhile is told to come again.
        checks.database = _check(await to_thread.run_sync(services.history.locked))
    image = await to_thread.run_sync(built_image)
    return DetailedHealth(
        status=_answered(response, _all_healthy(checks)),
        version=__version__,
        schema_version=await to_thread.run_sync(services.history.schema_version),
        checks=checks,
        fingerprint=services.engine.fingerprint,
        versions=library_versions(),
        image=None if image is None else Image.model_validate(image),
    )


router = APIRouter(tags=["service"])
router.include_router(outside)
router.include_router(inside)


def _answered(response: Response, healthy: bool) -> HealthStatus:
    """Return the word for it, and give the response its status."""
    if not healthy:
        response.status_code = 503
    return "healthy" if healthy else "unhealthy"


async def _checks(services: Services) -> Checks:
    # Not with the store's threads: a health check must not queue behind a locked database.
    database = await to_thread.run_sync(services.history.failure)
    return Checks(database=_check(database), model=_check(services.engine.failure()))


def _check(failure: str | None) -> Check:
    return Check(status="healthy" if failure is None else "unhealthy", detail=failure)


def _all_healthy(checks: Checks) -> bool:
    return checks.database.status == checks.model.status == "healthy"
