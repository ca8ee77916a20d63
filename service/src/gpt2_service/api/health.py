"""Whether this worker can do its work. Never waits for the model."""

from anyio import to_thread
from fastapi import APIRouter, Response

from gpt2_service import __version__
from gpt2_service.api.dependencies import Services, ServicesOf
from gpt2_service.api.guard import GuardedRoute
from gpt2_service.api.responses import REQUEST_ID, TAKES_REQUEST_ID, failures, success
from gpt2_service.api.schemas import Check, Checks, DetailedHealth, Health

outside = APIRouter(prefix="/health")
# What is wrong inside is for those who run the service.
inside = APIRouter(prefix="/health", route_class=GuardedRoute)


@outside.get(
    "",
    operation_id="getHealth",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Can it answer?",
    responses={
        **success("Model and database are usable"),
        503: {
            "description": "Model or database is unusable",
            "model": Health,
            "headers": REQUEST_ID,
        },
        **failures(),
    },
)
async def get_health(services: ServicesOf, response: Response) -> Health:
    checks = await _checks(services)
    healthy = _all_healthy(checks)
    if not healthy:
        response.status_code = 503
    return Health(
        status="healthy" if healthy else "unhealthy",
        model_loaded=checks.model.status == "healthy",
    )


@inside.get(
    "/detailed",
    operation_id="getDetailedHealth",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Which dependency fails?",
    responses={
        **success("Every dependency is usable"),
        503: {
            "description": "A dependency is unusable",
            "model": DetailedHealth,
            "headers": REQUEST_ID,
        },
        **failures(),
    },
)
async def get_detailed_health(services: ServicesOf, response: Response) -> DetailedHealth:
    checks = await _checks(services)
    if checks.database.status == "healthy":
        # Told here alone: a lock passes, and whoever writes meanwhile is told to come again.
        checks.database = _check(await to_thread.run_sync(services.history.locked))
    healthy = _all_healthy(checks)
    if not healthy:
        response.status_code = 503
    return DetailedHealth(
        status="healthy" if healthy else "degraded",
        version=__version__,
        schema_version=await to_thread.run_sync(services.history.schema_version),
        checks=checks,
    )


router = APIRouter(tags=["service"])
router.include_router(outside)
router.include_router(inside)


async def _checks(services: Services) -> Checks:
    # Not with the store's threads: a health check must not queue behind a locked database.
    database = await to_thread.run_sync(services.history.failure)
    return Checks(database=_check(database), model=_check(services.engine.failure()))


def _check(failure: str | None) -> Check:
    return Check(status="healthy" if failure is None else "unhealthy", detail=failure)


def _all_healthy(checks: Checks) -> bool:
    return checks.database.status == checks.model.status == "healthy"
