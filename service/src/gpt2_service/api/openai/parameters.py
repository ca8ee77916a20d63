"""What clients of OpenAI's API send.

Every parameter is one of three: it does what OpenAI says; or it cannot change the text and is taken
(`user`, `metadata` and their like); or it would change the text, is not supported, and is taken
only with the value that changes nothing, which some clients always send.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from gpt2_service.api.schemas import (
    MAX_CHOICES,
    MAX_LENGTH_TOKENS,
    MAX_STOPS,
    Seed,
    Stop,
    StrictModel,
    Temperature,
    TopP,
    json_integer,
)

NO_EFFECT = "Without effect."
UNSUPPORTED = "Not supported: only what changes nothing is taken."


def true_or_false(value: Any) -> Any:
    """Refuse numbers, which Python takes for truth values."""
    if value is not None and not isinstance(value, bool):
        raise PydanticCustomError("bool_type", "Input should be a valid boolean")
    return value


Tokens = Annotated[
    int, Field(strict=True, ge=1, le=MAX_LENGTH_TOKENS), BeforeValidator(json_integer)
]
Identifier = Annotated[
    Annotated[str, Field(strict=True, max_length=512)] | None, Field(description=NO_EFFECT)
]
Zero = Annotated[
    Annotated[float, Field(strict=True, ge=0, le=0)] | None, Field(description=UNSUPPORTED)
]
Metadata = dict[
    Annotated[str, Field(strict=True, max_length=64)],
    Annotated[str, Field(strict=True, max_length=512)],
]
FINAL_TOKENS = (
    f"Prompt and completion together have at most {MAX_LENGTH_TOKENS} tokens, or as many as the "
    "model's context; a prompt that has as many by itself gets an empty completion."
)


class StreamOptions(StrictModel):
    """What a stream brings beside the text."""

    include_usage: Annotated[
        Annotated[bool, Field(strict=True)] | None,
        Field(description="Send the tokens used in one more chunk, the last."),
    ] = None
    include_obfuscation: Annotated[
        Annotated[Literal[False], BeforeValidator(true_or_false)] | None,
        Field(description=UNSUPPORTED),
    ] = None


class TextRequest(StrictModel):
    """What both kinds of request have."""

    model: Annotated[
        str,
        Field(
            strict=True,
            min_length=1,
            max_length=256,
            description="The `id` of the model, as GET /v1/models has it; 404 for any other.",
        ),
    ]
    temperature: Temperature = None
    top_p: TopP = None
    n: Annotated[
        Annotated[int, Field(strict=True, ge=1, le=MAX_CHOICES), BeforeValidator(json_integer)]
        | None,
        Field(description="How many texts to make; null is 1."),
    ] = None
    stop: Annotated[
        Stop | Annotated[list[Stop], Field(strict=True, max_length=MAX_STOPS)] | None,
        Field(description="The text ends before the first of these."),
    ] = None
    seed: Seed = None
    stream: Annotated[
        Annotated[bool, Field(strict=True)] | None,
        Field(description="Answer with server-sent events, a chunk each; the last is `[DONE]`."),
    ] = None
    stream_options: StreamOptions | None = None
    user: Identifier = None
    metadata: Annotated[
        Annotated[Metadata, Field(max_length=16)] | None, Field(description=NO_EFFECT)
    ] = None
    frequency_penalty: Zero = None
    presence_penalty: Zero = None
    logit_bias: Annotated[
        Annotated[dict[str, Any], Field(max_length=0)] | None, Field(description=UNSUPPORTED)
    ] = None

    @property
    def includes_usage(self) -> bool:
        """Whether a stream is to say how many tokens it took."""
        return self.stream_options is not None and bool(self.stream_options.include_usage)

    @property
    def stops(self) -> tuple[str, ...]:
        """The sequences that end the text."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
