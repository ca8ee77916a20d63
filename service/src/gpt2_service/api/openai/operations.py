"""`/v1`: models, completions and chat completions, as OpenAI's clients ask for them."""

from typing import Any

from fastapi import APIRouter, Request

from gpt2_service.api.answers import FAILURES, answer
from gpt2_service.api.bodies import StrictJsonRoute
from gpt2_service.api.dependencies import Services, ServicesOf
from gpt2_service.api.guard import GuardedRoute
from gpt2_service.api.openai.chat_request import ChatCompletionRequest
from gpt2_service.api.openai.completion_request import CompletionRequest
from gpt2_service.api.openai.documentation import stream_content
from gpt2_service.api.openai.objects import (
    ChatCompletion,
    ChatCompletionChunk,
    Completion,
    CompletionChunk,
    ModelList,
    OpenAIError,
    ServedModel,
)
from gpt2_service.api.openai.translations import ChatTranslation, CompletionTranslation
from gpt2_service.api.responses import TAKES_REQUEST_ID, Responses, error_responses, success
from gpt2_service.api.streams import TextStream
from gpt2_service.error_bodies import OPENAI_PREFIX
from gpt2_service.errors import (
    InvalidKeyError,
    InvalidRequestError,
    ModelNotFoundError,
    RequestError,
    ServiceStoppingError,
)

OWNER = "gpt2-service"

LINKS = {
    "record": {
        "operationId": "getRecord",
        "parameters": {"record_id": "$response.body#/record_id"},
        "description": "The stored record, of an answer in JSON; null where it is not stored.",
    }
}
TEXT_DESCRIPTION = """
The text is made as `/generate` makes it: the same model, queue and sampling (what the request
leaves open is the checkpoint's), and one record in the history, on the disk before the answer or
the last chunks of a stream; `record_id` names it. Log probabilities are not stored.

With `stream` the answer is a stream of server-sent events with a chunk each, then `[DONE]`. What
goes wrong once it has begun is an event with an error, which ends the stream.
"""


class _EnvelopeRoute(GuardedRoute):
    """A route whose errors are in OpenAI's shape."""

    error_model = OpenAIError
    refused_key = InvalidKeyError


class _TextRoute(_EnvelopeRoute, StrictJsonRoute):
    """The same, with a body."""


reading = APIRouter(prefix=OPENAI_PREFIX, route_class=_EnvelopeRoute)
writing = APIRouter(prefix=OPENAI_PREFIX, route_class=_TextRoute)


def _refusals(*errors: type[RequestError]) -> Responses:
    return error_responses(*errors, model=OpenAIError)


def _text_responses(description: str, content: dict[str, Any]) -> Responses:
    return {
        **success(description, links=LINKS, content=content),
        **_refusals(InvalidRequestError, ModelNotFoundError, *FAILURES),
    }


@reading.get(
    "/models",
    operation_id="listModels",
    openapi_extra=TAKES_REQUEST_ID,
    summary="List the models: the one that is served",
    responses={**success("Every model"), **_refusals(ServiceStoppingError)},
)
async def list_models(services: ServicesOf) -> ModelList:
    return ModelList(object="list", data=[_served(services)])


@reading.get(
    # The names of models on the hub contain slashes.
    "/models/{model:path}",
    operation_id="getModel",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Read one model",
    responses={
        **success("The model"),
        **_refusals(ModelNotFoundError, ServiceStoppingError),
    },
)
async def get_model(services: ServicesOf, model: str) -> ServedModel:
    _require(model, services)
    return _served(services)


@writing.post(
    "/completions",
    operation_id="createCompletion",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Continue a prompt, in OpenAI's shape",
    description="Continues a prompt, as OpenAI's completions do." + TEXT_DESCRIPTION,
    response_model=Completion,
    responses=_text_responses("The completion, stored", stream_content(CompletionChunk)),
)
async def create_completion(
    body: CompletionRequest, request: Request, services: ServicesOf
) -> Completion | TextStream:
    _require(body.model, services)
    asked = body.asked()
    shape = CompletionTranslation(
        asked, body.model, services.engine.fingerprint, includes_usage=body.includes_usage
    )
    return await answer(asked, shape, request, services, stream=bool(body.stream), stored=True)


@writing.post(
    "/chat/completions",
    operation_id="createChatCompletion",
    openapi_extra=TAKES_REQUEST_ID,
    summary="Continue a conversation, in OpenAI's shape",
    description="Continues a conversation, as OpenAI's chat completions do. The model is a base "
    "model: it continues text and was never taught to answer. The messages become one prompt, a "
    'line each ("System: ", "User: " or "Assistant: " and the content), which ends with '
    '"Assistant:"; the reply ends before the next line that begins with "User:". With `store` '
    "false neither of them is kept.\n" + TEXT_DESCRIPTION,
    response_model=ChatCompletion,
    responses=_text_responses("The reply", stream_content(ChatCompletionChunk)),
)
async def create_chat_completion(
    body: ChatCompletionRequest, request: Request, services: ServicesOf
) -> ChatCompletion | TextStream:
    _require(body.model, services)
    asked = body.asked()
    shape = ChatTranslation(
        asked, body.model, services.engine.fingerprint, includes_usage=body.includes_usage
    )
    return await answer(
        asked,
        shape,
        request,
        services,
        stream=bool(body.stream),
        stored=body.store is not False,
    )


router = APIRouter(tags=["openai"])
router.include_router(reading)
router.include_router(writing)


def _require(model: str, services: Services) -> None:
    if model != services.engine.model_name:
        raise ModelNotFoundError(model)


def _served(services: Services) -> ServedModel:
    return ServedModel(id=services.engine.model_name, object="model", created=0, owned_by=OWNER)
