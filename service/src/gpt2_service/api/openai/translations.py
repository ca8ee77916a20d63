"""Generations in OpenAI's shapes: completions and chat completions, whole and in chunks."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from gpt2_service.api.openai.logprob_objects import chat_logprobs, completion_logprobs
from gpt2_service.api.openai.objects import (
    ChatCompletion,
    ChatCompletionChoice,
    ChatCompletionChunk,
    ChatCompletionChunkChoice,
    Completion,
    CompletionChoice,
    CompletionChunk,
    CompletionChunkChoice,
    Delta,
    ReplyMessage,
)
from gpt2_service.api.schemas import Generated, Usage
from gpt2_service.engine.generation import Choice, GenerationResult, Piece
from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.engine.sequences import FinishReason
from gpt2_service.error_bodies import envelope
from gpt2_service.errors import RequestError
from gpt2_service.telemetry.logs import request_id

DONE = b"data: [DONE]\n\n"

Answer = TypeVar("Answer", bound=BaseModel)


class _Translation(ABC, Generic[Answer]):
    """What completions and chat completions have in common; implements `shapes.Shape`."""

    id_prefix: ClassVar[str]
    answer_object: ClassVar[str]
    chunk_object: ClassVar[str]
    answer_type: type[Answer]
    chunk_type: type[BaseModel]

    def __init__(
        self, asked: GenerationRequest, model: str, fingerprint: str, *, includes_usage: bool
    ) -> None:
        self._wants_logprobs = asked.top_logprobs is not None
        self._choices = asked.choices
        self._includes_usage = includes_usage
        self._common = {
            "id": f"{self.id_prefix}-{request_id.get()}",
            "created": int(time.time()),
            "model": model,
            "system_fingerprint": fingerprint,
        }

    def whole(self, record: Generated, result: GenerationResult) -> Answer:
        return self.answer_type(
            **self._common,
            object=self.answer_object,
            choices=[self._choice(index, choice) for index, choice in enumerate(result.choices)],
            usage=record.usage,
            record_id=record.id,
        )

    def opening(self) -> bytes:
        return b""

    def piece(self, piece: Piece) -> bytes:
        return self._chunk([self._part(piece)])

    def ending(self, record: Generated, result: GenerationResult) -> bytes:
        chunks = [
            self._chunk([self._last(index, choice.finish_reason)], record.id)
            for index, choice in enumerate(result.choices)
        ]
        if self._includes_usage:
            chunks.append(self._chunk([], record.id, record.usage))
        return b"".join(chunks) + DONE

    def failure(self, error: RequestError) -> bytes:
        body = envelope(error.status, str(error), error.param, error.code)
        return f"data: {json.dumps(body)}\n\n".encode()

    def _chunk(
        self,
        choices: Sequence[BaseModel],
        record_id: int | None = None,
        usage: Usage | None = None,
    ) -> bytes:
        """Return one event."""
        said: dict[str, Any] = {**self._common, "object": self.chunk_object}
        chunk = self.chunk_type(**said, choices=choices, usage=usage, record_id=record_id)
        # What a delta does not bring is left out; every other key is set.
        return f"data: {chunk.model_dump_json(exclude_unset=True)}\n\n".encode()

    @abstractmethod
    def _choice(self, index: int, choice: Choice) -> BaseModel:
        """Return a choice of a whole answer."""

    @abstractmethod
    def _part(self, piece: Piece) -> BaseModel:
        """Return the choice of a chunk with more text."""

    @abstractmethod
    def _last(self, index: int, finish_reason: FinishReason) -> BaseModel:
        """Return the choice of the chunk that ends it."""


class CompletionTranslation(_Translation[Completion]):
    """Continuations of a prompt."""

    id_prefix = "cmpl"
    answer_object = chunk_object = "text_completion"
    answer_type = Completion
    chunk_type = CompletionChunk

    def _choice(self, index: int, choice: Choice) -> CompletionChoice:
        return CompletionChoice(
            index=index,
            text=choice.continuation,
            logprobs=completion_logprobs(choice.logprobs, asked=self._wants_logprobs),
            finish_reason=choice.finish_reason,
        )

    def _part(self, piece: Piece) -> CompletionChunkChoice:
        return CompletionChunkChoice(
            index=piece.index,
            text=piece.text,
            logprobs=completion_logprobs(piece.logprobs, asked=self._wants_logprobs),
            finish_reason=None,
        )

    def _last(self, index: int, finish_reason: FinishReason) -> CompletionChunkChoice:
        return CompletionChunkChoice(
            index=index, text="", logprobs=None, finish_reason=finish_reason
        )


class ChatTranslation(_Translation[ChatCompletion]):
    """Replies to a conversation."""

    id_prefix = "chatcmpl"
    answer_object = "chat.completion"
    chunk_object = "chat.completion.chunk"
    answer_type = ChatCompletion
    chunk_type = ChatCompletionChunk

    def opening(self) -> bytes:
        roles = (
            _delta(index, Delta(role="assistant", content="")) for index in range(self._choices)
        )
        return b"".join(self._chunk([role]) for role in roles)

    def _choice(self, index: int, choice: Choice) -> ChatCompletionChoice:
        return ChatCompletionChoice(
            index=index,
            message=ReplyMessage(
                role="assistant", content=choice.continuation, refusal=None, annotations=[]
            ),
            logprobs=chat_logprobs(choice.logprobs, asked=self._wants_logprobs),
            finish_reason=choice.finish_reason,
        )

    def _part(self, piece: Piece) -> ChatCompletionChunkChoice:
        return ChatCompletionChunkChoice(
            index=piece.index,
            delta=Delta(content=piece.text),
            logprobs=chat_logprobs(piece.logprobs, asked=self._wants_logprobs),
            finish_reason=None,
        )

    def _last(self, index: int, finish_reason: FinishReason) -> ChatCompletionChunkChoice:
        return _delta(index, Delta(), finish_reason)


def _delta(
    index: int, delta: Delta, finish_reason: FinishReason | None = None
) -> ChatCompletionChunkChoice:
    return ChatCompletionChunkChoice(
        index=index, delta=delta, logprobs=None, finish_reason=finish_reason
    )
