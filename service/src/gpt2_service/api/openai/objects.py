"""What clients of OpenAI's API get."""

from typing import Annotated, Literal

from pydantic import Field

from gpt2_service.api.schemas import Fingerprint, RecordId, StrictModel, Usage
from gpt2_service.engine.sequences import FinishReason
from gpt2_service.error_bodies import ErrorType

Id = Annotated[
    str,
    Field(min_length=1, description="`cmpl-` or `chatcmpl-` and the `X-Request-ID` of the answer."),
]
Created = Annotated[int, Field(ge=0, description="Seconds since 1970, UTC.")]
Index = Annotated[int, Field(ge=0)]
Stored = Annotated[RecordId, Field(description="The `id` of the record in the history.")]
StoredUnlessAsked = Annotated[
    RecordId | None,
    Field(description="The `id` of the record in the history; null with `store` false."),
]
SystemFingerprint = Annotated[
    Fingerprint,
    Field(description="Of what decides a text besides its request; its record has the same."),
]
StoredLater = Annotated[
    RecordId | None,
    Field(
        description="The `id` of the record in the history; null before it is stored, and where it "
        "is not."
    ),
]
Ended = Annotated[
    FinishReason,
    Field(
        description="`stop`: the model or a stop sequence ended the text. `length`: `max_tokens` "
        "or the model's context did."
    ),
]
EndedLater = Annotated[FinishReason | None, Field(description="Null but for the last of a choice.")]
UsageLater = Annotated[
    Usage | None, Field(description="In the last chunk, where `include_usage` asks for it.")
]
# A token that is part of a character has bytes that are no text by themselves.
TokenText = Annotated[str, Field(description="Bytes that are no text as `\\xe2`.")]
#: What OpenAI writes for a token that cannot come; JSON has no infinity.
IMPOSSIBLE = -9999.0
Logprob = Annotated[float, Field(ge=IMPOSSIBLE, description="Natural logarithm.")]


class OpenAIErrorDetail(StrictModel):
    """What is wrong."""

    message: Annotated[str, Field(min_length=1)]
    type: ErrorType
    param: Annotated[str | None, Field(description="The parameter at fault.")]
    code: Annotated[str | None, Field(description="What is wrong with it.")]


class OpenAIError(StrictModel):
    """Why a request was not answered."""

    error: OpenAIErrorDetail


class ServedModel(StrictModel):
    """A model that the service serves."""

    id: Annotated[str, Field(min_length=1)]
    object: Literal["model"]
    created: Annotated[Literal[0], Field(description="Not known.")]
    owned_by: Annotated[str, Field(min_length=1)]


class ModelList(StrictModel):
    """Every model that the service serves: one."""

    object: Literal["list"]
    data: Annotated[list[ServedModel], Field(min_length=1, max_length=1)]


class CompletionLogprobs(StrictModel):
    """Lists as long as the text has tokens."""

    tokens: list[TokenText]
    token_logprobs: list[Logprob]
    top_logprobs: Annotated[
        list[dict[str, Logprob]], Field(description="The token's and the likeliest ones' each.")
    ]
    text_offset: Annotated[
        list[Index], Field(description="Where tokens begin in the completion, in characters.")
    ]


class CompletionChoice(StrictModel):
    """One continuation."""

    index: Index
    text: Annotated[str, Field(description="The continuation alone.")]
    logprobs: CompletionLogprobs | None
    finish_reason: Ended


class Completion(StrictModel):
    """Continuations of a prompt."""

    id: Id
    object: Literal["text_completion"]
    created: Created
    model: Annotated[str, Field(min_length=1)]
    system_fingerprint: SystemFingerprint
    choices: Annotated[list[CompletionChoice], Field(min_length=1)]
    usage: Usage
    record_id: Stored


class CompletionChunkChoice(StrictModel):
    """More text of one continuation."""

    index: Index
    text: str
    logprobs: CompletionLogprobs | None
    finish_reason: EndedLater


class CompletionChunk(StrictModel):
    """One event of a stream."""

    id: Id
    object: Literal["text_completion"]
    created: Created
    model: Annotated[str, Field(min_length=1)]
    system_fingerprint: SystemFingerprint
    choices: Annotated[list[CompletionChunkChoice], Field(max_length=1)]
    usage: UsageLater
    record_id: StoredLater


class TopLogprob(StrictModel):
    """A token that might have come in this place."""

    token: TokenText
    logprob: Logprob
    bytes: list[Annotated[int, Field(ge=0, le=255)]]


class ChatTokenLogprob(TopLogprob):
    """A token of the reply."""

    top_logprobs: list[TopLogprob]


class ChatLogprobs(StrictModel):
    """The log probabilities of a reply's tokens."""

    content: list[ChatTokenLogprob]
    refusal: None


class ReplyMessage(StrictModel):
    """What the assistant says."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: Annotated[list[str], Field(max_length=0)]


class ChatCompletionChoice(StrictModel):
    """One reply."""

    index: Index
    message: ReplyMessage
    logprobs: ChatLogprobs | None
    finish_reason: Ended


class ChatCompletion(StrictModel):
    """Replies to a conversation."""

    id: Id
    object: Literal["chat.completion"]
    created: Created
    model: Annotated[str, Field(min_length=1)]
    system_fingerprint: SystemFingerprint
    choices: Annotated[list[ChatCompletionChoice], Field(min_length=1)]
    usage: Usage
    record_id: StoredUnlessAsked


class Delta(StrictModel):
    """More of a message: the role comes first, then content."""

    role: Literal["assistant"] = "assistant"
    content: str = ""


class ChatCompletionChunkChoice(StrictModel):
    """More text of one reply."""

    index: Index
    delta: Delta
    logprobs: ChatLogprobs | None
    finish_reason: EndedLater


class ChatCompletionChunk(StrictModel):
    """One event of a stream."""

    id: Id
    object: Literal["chat.completion.chunk"]
    created: Created
    model: Annotated[str, Field(min_length=1)]
    system_fingerprint: SystemFingerprint
    choices: Annotated[list[ChatCompletionChunkChoice], Field(max_length=1)]
    usage: UsageLater
    record_id: StoredLater
