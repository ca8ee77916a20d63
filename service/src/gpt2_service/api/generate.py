"""Text generation."""

from fastapi import APIRouter, Request

from gpt2_service.api.answers import FAILURES, answer
from gpt2_service.api.bodies import StrictJsonRoute
from gpt2_service.api.dependencies import ServicesOf
from gpt2_service.api.events import CONTENT, RecordShape
from gpt2_service.api.responses import TAKES_REQUEST_ID, error_responses, success
from gpt2_service.api.schemas import Generated, GenerateRequest
from gpt2_service.api.streams import TextStream
from gpt2_service.engine.requests import GenerationRequest

router = APIRouter(tags=["generation"], route_class=StrictJsonRoute)

LINKS = {
    "record": {
        "operationId": "getRecord",
        "parameters": {"record_id": "$response.body#/id"},
        "description": "The stored record, of an answer in JSON; with `store` false there is none.",
    }
}
DESCRIPTION = """\
Samples continuations, stores them as one record, and answers once it is on the disk.

With `stream` the answer is a stream of server-sent events: `token` events with text as it comes,
then one `record` event with the stored record. What goes wrong before the first byte is answered
as it is without `stream`; what goes wrong later is one `error` event, which ends the stream. Only a
stream that ends with `record` left a record that its client knows of.

With `store` false nothing is kept of prompt and text, neither in the history nor in the log; the
answer, or the `record` event, is what the record would have been, its `id` null.
"""


@router.post(
    "/generate",
    operation_id="generate",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Continue a prompt",
    description=DESCRIPTION,
    response_model=Generated,
    responses={
        **success("The continuation", links=LINKS, content=CONTENT),
        **error_responses(*FAILURES, validation=True),
    },
)
async def generate(
    body: GenerateRequest, request: Request, services: ServicesOf
) -> Generated | TextStream:
    asked = GenerationRequest(
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
    return await answer(
        asked, RecordShape(), request, services, stream=body.stream, stored=body.store
    )
