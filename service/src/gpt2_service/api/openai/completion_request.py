"""What clients send to `/v1/completions`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gpt2_service.api.openai.parameters import (
    FINAL_TOKENS,
    UNSUPPORTED,
    TextRequest,
    Tokens,
    true_or_false,
)
from gpt2_service.api.schemas import MAX_LENGTH_TOKENS, Prompt, json_integer
from gpt2_service.engine.requests import GenerationRequest

DEFAULT_MAX_TOKENS = 16


class CompletionRequest(TextRequest):
    """A prompt to continue."""

    prompt: Annotated[
        Prompt | Annotated[list[Prompt], Field(strict=True, min_length=1, max_length=1)],
        Field(description="The text to continue, or a list of this one text."),
    ]
    max_tokens: Annotated[
        Tokens | None,
        Field(
            description="The most tokens of the completion; null is "
            f"{DEFAULT_MAX_TOKENS}. {FINAL_TOKENS}"
        ),
    ] = None
    logprobs: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=5), BeforeValidator(json_integer)] | None,
        Field(
            description="Tell the log probability of every token, by the model alone, and those of "
            "so many of the likeliest in its place."
        ),
    ] = None
    best_of: Annotated[
        Annotated[int, Field(strict=True, ge=1, le=1), BeforeValidator(json_integer)] | None,
        Field(description=UNSUPPORTED),
    ] = None
    echo: Annotated[
        Annotated[Literal[False], BeforeValidator(true_or_false)] | None,
        Field(description=UNSUPPORTED),
    ] = None
    suffix: Annotated[None, Field(description=UNSUPPORTED)] = None

    def asked(self) -> GenerationRequest:
        """Return the generation that this asks for."""
        return GenerationRequest(
            prompt=self.prompt if isinstance(self.prompt, str) else self.prompt[0],
            max_length=MAX_LENGTH_TOKENS,
            max_new_tokens=self.max_tokens or DEFAULT_MAX_TOKENS,
            temperature=self.temperature,
            top_p=self.top_p,
            stop=self.stops,
            choices=self.n or 1,
            seed=self.seed,
            top_logprobs=self.logprobs,
        )
