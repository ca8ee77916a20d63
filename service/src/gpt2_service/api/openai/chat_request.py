"""What clients send to `/v1/chat/completions`."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gpt2_service.api.openai.parameters import (
    FINAL_TOKENS,
    NO_EFFECT,
    UNSUPPORTED,
    Identifier,
    TextRequest,
    Tokens,
)
from gpt2_service.api.openai.template import NEXT_TURN, rendered
from gpt2_service.api.schemas import (
    MAX_LENGTH_TOKENS,
    StrictModel,
    json_integer,
)
from gpt2_service.engine.requests import GenerationRequest

MAX_MESSAGES = 8
# A base model seldom ends by itself.
DEFAULT_REPLY_TOKENS = 50
# Replies come back as messages, and one may fill the context.
MESSAGE_MAX_CHARACTERS = 4000

Content = Annotated[str, Field(strict=True, max_length=MESSAGE_MAX_CHARACTERS)]


class TextPart(StrictModel):
    """A message's content as a part of its own."""

    type: Literal["text"]
    text: Content


class Message(StrictModel):
    """What one side said."""

    role: Literal["developer", "system", "user", "assistant"]
    content: Content | Annotated[list[TextPart], Field(strict=True, min_length=1, max_length=8)]
    name: Identifier = None
    # A reply has these, and clients send it back as it was.
    refusal: Annotated[None, Field(description=UNSUPPORTED)] = None
    annotations: Annotated[
        Annotated[list[Any], Field(strict=True, max_length=0)] | None,
        Field(description=UNSUPPORTED),
    ] = None

    @property
    def text(self) -> str:
        """The content, in whichever way it was sent."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content)


class TextFormat(StrictModel):
    """Any text."""

    type: Literal["text"]


class ChatCompletionRequest(TextRequest):
    """A conversation to continue."""

    messages: Annotated[
        list[Message],
        Field(
            strict=True,
            min_length=1,
            max_length=MAX_MESSAGES,
            description="The conversation so far, which becomes one prompt: a line each, "
            '"System: ", "User: " or "Assistant: " and the content, and "Assistant:" at the end.',
            examples=[[{"role": "user", "content": "Who lives in the lighthouse?"}]],
        ),
    ]
    max_tokens: Annotated[
        Tokens | None,
        Field(
            description=f"The most tokens of the reply; {DEFAULT_REPLY_TOKENS} where neither this "
            f"nor `max_completion_tokens` is given. {FINAL_TOKENS}"
        ),
    ] = None
    max_completion_tokens: Annotated[
        Tokens | None, Field(description="The newer name of `max_tokens`; the smaller one counts.")
    ] = None
    logprobs: Annotated[
        Annotated[bool, Field(strict=True)] | None,
        Field(description="Tell the log probability of every token, by the model alone."),
    ] = None
    top_logprobs: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=20), BeforeValidator(json_integer)] | None,
        Field(
            description="Tell those of so many of the likeliest tokens in each place, too; above "
            "0 it asks for `logprobs` by itself, where that is not false."
        ),
    ] = None
    safety_identifier: Identifier = None
    prompt_cache_key: Identifier = None
    service_tier: Annotated[Literal["auto", "default"] | None, Field(description=NO_EFFECT)] = None
    store: Annotated[
        Annotated[bool, Field(strict=True)] | None,
        Field(
            description="Keep prompt and reply in the history; null is true, unlike OpenAI's. "
            "False leaves nothing of them anywhere."
        ),
    ] = None
    response_format: Annotated[TextFormat | None, Field(description=UNSUPPORTED)] = None
    modalities: Annotated[
        Annotated[list[Literal["text"]], Field(strict=True, min_length=1, max_length=1)] | None,
        Field(description=UNSUPPORTED),
    ] = None
    tools: Annotated[
        Annotated[list[Any], Field(strict=True, max_length=0)] | None,
        Field(description=UNSUPPORTED),
    ] = None
    tool_choice: Annotated[Literal["none", "auto"] | None, Field(description=UNSUPPORTED)] = None

    def asked(self) -> GenerationRequest:
        """Return the generation that this asks for."""
        limits = [
            limit for limit in (self.max_tokens, self.max_completion_tokens) if limit is not None
        ]
        scored = bool(self.top_logprobs) if self.logprobs is None else self.logprobs
        return GenerationRequest(
            prompt=rendered((message.role, message.text) for message in self.messages),
            max_length=MAX_LENGTH_TOKENS,
            max_new_tokens=min(limits, default=DEFAULT_REPLY_TOKENS),
            temperature=self.temperature,
            top_p=self.top_p,
            stop=(*self.stops, NEXT_TURN),
            choices=self.n or 1,
            seed=self.seed,
            top_logprobs=(self.top_logprobs or 0) if scored else None,
        )
