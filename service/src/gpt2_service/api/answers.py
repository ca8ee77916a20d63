"""What every request for a text goes through, in whichever shape it is asked and answered."""

from typing import TypeVar

from fastapi import Request

from gpt2_service.api.dependencies import Services, client_of, owner_of
from gpt2_service.api.disconnects import cancelled_on_disconnect
from gpt2_service.api.schemas import Generated, Parameters
from gpt2_service.api.shapes import Shape
from gpt2_service.api.streams import TextStream
from gpt2_service.client_limits import ClientLimitError
from gpt2_service.engine.errors import (
    NoTimeLeftError,
    NotStartedError,
    OverdueError,
    SaturatedError,
)
from gpt2_service.engine.generation import GenerationResult
from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.errors import (
    ForbiddenPromptError,
    RequestError,
    ServiceStoppingError,
    StoreFullError,
    StoreUnavailableError,
    UnsupportedMediaTypeError,
)
from gpt2_service.store.models import GenerationDetails, new_generation
from gpt2_service.telemetry.logs import request_id

Whole = TypeVar("Whole")

#: What can come back instead of a text, beside what its schema refuses.
FAILURES: tuple[type[RequestError], ...] = (
    ForbiddenPromptError,
    UnsupportedMediaTypeError,
    SaturatedError,
    ClientLimitError,
    StoreUnavailableError,
    NotStartedError,
    NoTimeLeftError,
    ServiceStoppingError,
    OverdueError,
    StoreFullError,
)


async def answer(
    asked: GenerationRequest,
    shape: Shape[Whole],
    request: Request,
    services: Services,
    *,
    stream: bool,
    stored: bool,
) -> Whole | TextStream:
    """Generate what is asked for, store it as one record, and answer once it is on the disk.

    Where it is not to be `stored`, nothing is written. Raises those of `FAILURES` that are known
    before the first byte.
    """
    word = services.forbidden_words.first_in(asked.prompt)
    if word is not None:
        raise ForbiddenPromptError(word)
    client, limits = client_of(request), services.client_limits
    limits.admit(client, asked.choices)
    generation = services.engine.submit(asked, client)
    limits.begin(client, asked.choices)
    # Before whoever waits for the result hears of it, for callbacks run in their order.
    generation.ended.add_done_callback(lambda _ended: limits.end(client, asked.choices))

    async def store(result: GenerationResult) -> Generated:
        return await _store(asked, result, services, owner_of(request), stored=stored)

    if stream:
        return TextStream(generation, store, shape)
    async with cancelled_on_disconnect(generation, request.receive):
        result = await generation.result()
    return shape.whole(await store(result), result)


async def _store(
    asked: GenerationRequest,
    result: GenerationResult,
    services: Services,
    owner: str | None,
    *,
    stored: bool,
) -> Generated:
    first, *further = result.choices
    parameters = Parameters(
        max_length=result.max_length,
        temperature=result.sampling.temperature,
        top_k=result.sampling.top_k,
        top_p=result.sampling.top_p,
        repetition_penalty=result.sampling.repetition_penalty,
        stop=list(asked.stop),
        n=asked.choices,
    )
    details = GenerationDetails(
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
        fingerprint=services.engine.fingerprint,
    )
    made = (asked.prompt, first.text, services.engine.model_name, request_id.get(), details, owner)
    if stored:
        record = await services.write(services.history.add, *made)
    else:
        record = new_generation(*made)
    return Generated.model_validate(record)
