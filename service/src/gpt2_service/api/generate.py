"""Text generation."""

from fastapi import APIRouter, Request

from gpt2_service.api.bodies import StrictJsonRoute
from gpt2_service.api.departures import watched
from gpt2_service.api.dependencies import Services, ServicesOf
from gpt2_service.api.responses import TAKES_REQUEST_ID, failures, success
from gpt2_service.api.schemas import GenerateRequest, Parameters, Record
from gpt2_service.api.streams import CONTENT, TextStream
from gpt2_service.engine.failures import (
    NoTimeLeftError,
    NotStartedError,
    OverdueError,
    SaturatedError,
)
from gpt2_service.engine.generation import GenerationRequest, GenerationResult
from gpt2_service.errors import (
    ForbiddenPromptError,
    ServiceStoppingError,
    StoreFullError,
    StoreUnavailableError,
    UnsupportedMediaTypeError,
)
from gpt2_service.store.models import Account
from gpt2_service.telemetry.logs import request_id

router = APIRouter(tags=["generation"], route_class=StrictJsonRoute)

LINKS = {
    "record": {
        "operationId": "getRecord",
        "parameters": {"record_id": "$response.body#/id"},
        "description": "The stored record, of an answer in JSON.",
    }
}
DESCRIPTION = """\
Samples continuations, stores them as one record, and answers once it is on the disk.

With `stream` the answer is a stream of server-sent events: `token` events with text as it comes,
then one `record` event with the stored record. What goes wrong before the first byte is answered
as it is without `stream`; what goes wrong later is one `error` event, which ends the stream. Only a
stream that ends with `record` left a record that its client knows of.
"""


@router.post(
    "/generate",
    operation_id="generate",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Continue a prompt",
    description=DESCRIPTION,
    response_model=Record,
    responses={
        **success("The continuation, stored", links=LINKS, content=CONTENT),
        **failures(
            ForbiddenPromptError,
            UnsupportedMediaTypeError,
            SaturatedError,
            StoreUnavailableError,
            NotStartedError,
            NoTimeLeftError,
            ServiceStoppingError,
            OverdueError,
            StoreFullError,
            validation=True,
        ),
    },
)
async def generate(
    body: GenerateRequest, request: Request, services: ServicesOf
) -> Record | TextStream:
    word = services.forbidden_words.first_in(body.prompt)
    if word is not None:
        raise ForbiddenPromptError(word)
    generation = services.engine.submit(
        GenerationRequest(
            prompt=body.prompt,
            max_length=body.max_length,
            temperature=body.temperature,
            top_k=body.top_k,
            top_p=body.top_p,
            repetition_penalty=body.repetition_penalty,
            stop=tuple(body.stop),
            choices=body.n,
            seed=body.seed,
        )
    )

    async def store(result: GenerationResult) -> Record:
        return await _store(body, result, services)

    if body.stream:
        return TextStream(generation, store)
    async with watched(generation, request.receive):
        result = await generation.result()
    return await store(result)


async def _store(body: GenerateRequest, result: GenerationResult, services: Services) -> Record:
    first, *further = result.choices
    parameters = Parameters(
        max_length=body.max_length,
        temperature=result.sampling.temperature,
        top_k=result.sampling.top_k,
        top_p=result.sampling.top_p,
        repetition_penalty=result.sampling.repetition_penalty,
        stop=body.stop,
        n=body.n,
    )
    account = Account(
        seed=result.seed,
        prompt_tokens=result.prompt_tokens,
        completion_tokens=first.completion_tokens,
        finish_reason=first.finish_reason,
        parameters=parameters.model_dump(),
        further_choices=[
            {
                "generated_text": choice.text,
                "completion_tokens": choice.completion_tokens,
                "finish_reason": choice.finish_reason,
            }
            for choice in further
        ],
    )
    record = await services.write(
        services.history.add,
        body.prompt,
        first.text,
        services.engine.model_name,
        request_id.get(),
        account,
    )
    return Record.model_validate(record)
