"""The welcome message."""

from fastapi import APIRouter

from gpt2_service.api.responses import TAKES_REQUEST_ID, failures, success
from gpt2_service.api.schemas import Welcome

router = APIRouter(tags=["service"])


@router.get(
    "/",
    operation_id="getRoot",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Welcome",
    responses={**success("The service answers"), **failures()},
)
async def get_root() -> Welcome:
    return Welcome(message="GPT-2 text generation: POST /generate, GET /history", status="ok")
