"""Text generation."""

from fastapi import APIRouter

from gpt2_service.api.bodies import StrictJsonRoute
from gpt2_service.api.dependencies import ServicesOf
from gpt2_service.api.responses import TAKES_REQUEST_ID, failures, success
from gpt2_service.api.schemas import GenerateRequest, Record
from gpt2_service.errors import (
    ForbiddenPromptError,
    ServiceStoppingError,
    StoreFullError,
    StoreUnavailableError,
    UnsupportedMediaTypeError,
)
from gpt2_service.telemetry.logs import request_id

router = APIRouter(tags=["generation"], route_class=StrictJsonRoute)

LINKS = {
    "record": {
        "operationId": "getRecord",
        "parameters": {"record_id": "$response.body#/id"},
        "description": "The stored record.",
    }
}


@router.post(
    "/generate",
    operation_id="generate",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Continue a prompt",
    description="Samples a continuation, stores it, and answers once it is on the disk.",
    responses={
        **success("The continuation, stored", links=LINKS),
        **failures(
            ForbiddenPromptError,
            UnsupportedMediaTypeError,
            StoreUnavailableError,
            ServiceStoppingError,
            StoreFullError,
            validation=True,
        ),
    },
)
async def generate(body: GenerateRequest, services: ServicesOf) -> Record:
    word = services.forbidden_words.first_in(body.prompt)
    if word is not None:
        raise ForbiddenPromptError(word)
    completion = await services.engine.generate(body.prompt, body.max_length)
    record = await services.in_store(
        services.history.add,
        body.prompt,
        completion.text,
        services.engine.model_name,
        request_id.get(),
    )
    return Record.model_validate(record)
