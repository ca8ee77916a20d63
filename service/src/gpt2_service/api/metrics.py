"""What Prometheus reads, of all workers."""

from anyio import to_thread
from fastapi import APIRouter, Response

from gpt2_service.api.dependencies import ServicesOf
from gpt2_service.api.guard import GuardedRoute
from gpt2_service.api.responses import TAKES_REQUEST_ID, error_responses, success
from gpt2_service.errors import ServiceStoppingError
from gpt2_service.telemetry.metrics import CONTENT_TYPE

TEXT = {"text/plain": {"schema": {"type": "string"}}}

router = APIRouter(tags=["service"], route_class=GuardedRoute)


@router.get(
    "/metrics",
    operation_id="getMetrics",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Metrics for Prometheus",
    description="Requests by route, method and status with their durations, and the engine's "
    "queue, batches, tokens and times to the first token, over all workers, in Prometheus's text "
    "format (version 0.0.4). Asks for a key like every operation that shows the service's use; "
    "Prometheus sends one with `authorization: {credentials: ...}`.",
    # With a class for text, the document would call its errors text as well.
    response_class=Response,
    responses={**success("Every metric", content=TEXT), **error_responses(ServiceStoppingError)},
)
async def get_metrics(services: ServicesOf) -> Response:
    # Not with the store's threads: it must not queue behind a locked database.
    text = await to_thread.run_sync(services.metrics.exposition)
    return Response(text, media_type=CONTENT_TYPE)
