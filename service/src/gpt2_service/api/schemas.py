"""What goes over the wire. Every schema is closed: no other keys."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_RECORD_ID = 2**63 - 1
PROMPT_MAX_CHARACTERS = 500
DEFAULT_MAX_LENGTH_TOKENS = 50
MAX_LENGTH_TOKENS = 200
# Numbers that JSON carries exactly (RFC 8259, section 6).
MAX_SEED = 2**53 - 1
# A quarter of a batch, as it comes.
MAX_CHOICES = 4
MAX_STOPS = 4
STOP_MAX_CHARACTERS = 64
DEFAULT_PAGE_RECORDS = 50
CHECKPOINTS = "Null is what the checkpoint says."
NOT_KEPT = "Null for records of releases that did not keep it."


def json_integer(value: Any) -> Any:
    """Take a number without a fraction for an integer, as JSON Schema does (50.0 is 50).

    https://json-schema.org/draft/2020-12/json-schema-core, section 6.3.
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def integer_literal(value: Any) -> Any:
    """Read an integer from a path or a query as JSON writes it: no blanks, signs or underscores."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,30})", value, re.ASCII):
        raise PydanticCustomError("integer_literal", "Input should be an integer in digits")
    return int(value)


RecordId = Annotated[
    int,
    Field(ge=1, le=MAX_RECORD_ID, description="Grows with every record and is never used again."),
]


Fingerprint = Annotated[str, Field(min_length=1)]


class StrictModel(BaseModel):
    """A schema without other keys."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


# What is the same in every shape of a request. Validators stand after the constraints, or the
# document loses these.
Prompt = Annotated[
    str,
    Field(
        strict=True,
        min_length=1,
        max_length=PROMPT_MAX_CHARACTERS,
        description="The text to continue, in Unicode characters.",
        examples=["Once upon a time"],
    ),
]
Temperature = Annotated[
    Annotated[float, Field(strict=True, ge=0, le=2)] | None,
    Field(description="0 takes the likeliest token every time. " + CHECKPOINTS),
]
TopP = Annotated[
    Annotated[float, Field(strict=True, gt=0, le=1)] | None,
    Field(
        description="Draw from the fewest likeliest tokens that have this share together; "
        "1 from all. " + CHECKPOINTS
    ),
]
Stop = Annotated[str, Field(strict=True, min_length=1, max_length=STOP_MAX_CHARACTERS)]
Seed = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=MAX_SEED), BeforeValidator(json_integer)] | None,
    Field(description="The same request with the same seed gives the same text. Null draws one."),
]


class GenerateRequest(StrictModel):
    """A prompt to continue."""

    prompt: Prompt
    max_length: Annotated[
        int,
        Field(
            strict=True,
            ge=10,
            le=MAX_LENGTH_TOKENS,
            description="The most tokens that prompt and continuation have together. A prompt "
            "that has as many by itself, or as many as the model's context, comes back as it is.",
        ),
        BeforeValidator(json_integer),
    ] = DEFAULT_MAX_LENGTH_TOKENS
    temperature: Temperature = None
    top_k: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=1000), BeforeValidator(json_integer)] | None,
        Field(description="Draw from so many of the likeliest tokens; 0 from all. " + CHECKPOINTS),
    ] = None
    top_p: TopP = None
    repetition_penalty: Annotated[
        Annotated[float, Field(strict=True, ge=0.5, le=2)] | None,
        Field(
            description="Above 1, tokens that are there already become less likely. " + CHECKPOINTS
        ),
    ] = None
    stop: Annotated[
        list[Stop],
        Field(
            strict=True,
            max_length=MAX_STOPS,
            description="The continuation ends before the first of these.",
        ),
    ] = []
    n: Annotated[
        int,
        Field(strict=True, ge=1, le=MAX_CHOICES, description="How many continuations to make."),
        BeforeValidator(json_integer),
    ] = 1
    seed: Seed = None
    stream: Annotated[
        bool,
        Field(strict=True, description="Answer with server-sent events, a piece of text each."),
    ] = False
    store: Annotated[
        bool,
        Field(strict=True, description="Keep the record; false leaves nothing of it anywhere."),
    ] = True


class Usage(StrictModel):
    """How many tokens a generation has."""

    prompt_tokens: Annotated[int, Field(ge=0)]
    completion_tokens: Annotated[int, Field(ge=0, description="Of all choices together.")]
    total_tokens: Annotated[int, Field(ge=0, description="Both together.")]


class Choice(StrictModel):
    """One continuation."""

    index: Annotated[int, Field(ge=0)]
    generated_text: Annotated[
        str, Field(min_length=1, description="The prompt, unchanged, and its continuation.")
    ]
    finish_reason: Annotated[
        Literal["stop", "length"] | None,
        Field(
            description="`stop`: the model or a stop sequence ended it. `length`: `max_length` or "
            "the model's context did. " + NOT_KEPT
        ),
    ]


class Parameters(StrictModel):
    """How a text was made, the checkpoint's own settings filled in.

    Sent again with prompt and seed they give the same text, within what /generate takes; the tokens
    that `max_length` has beyond the prompt's are the `max_tokens` of a completion.
    """

    max_length: int
    temperature: float
    top_k: int
    top_p: float
    repetition_penalty: float
    stop: list[str]
    n: int


class Generated(StrictModel):
    """What was generated: the stored record, or, with `store` false, what it would have been."""

    id: Annotated[
        RecordId | None,
        Field(description="Names the record; null with `store` false, where there is none."),
    ]
    # Whatever is stored can be read: limits are those of requests.
    prompt: Annotated[str, Field(min_length=1)]
    generated_text: Annotated[str, Field(min_length=1, description="The text of the first choice.")]
    model_name: Annotated[str, Field(min_length=1)]
    created_at: Annotated[datetime, Field(description="RFC 3339, UTC.")]
    choices: Annotated[list[Choice], Field(min_length=1, description="`n` texts, in order.")]
    usage: Annotated[Usage | None, Field(description=NOT_KEPT)]
    seed: Annotated[
        Annotated[int, Field(ge=0, le=MAX_SEED)] | None,
        Field(description="The seed that was sent, or drawn. " + NOT_KEPT),
    ]
    parameters: Annotated[Parameters | None, Field(description=NOT_KEPT)]
    fingerprint: Annotated[
        Fingerprint | None,
        Field(
            description="Of what decides a text besides its request: model, precision, versions, "
            "processor. The same request with the same `seed` gives the same text where it is the "
            "same. " + NOT_KEPT
        ),
    ]


class Record(Generated):
    """A stored generation."""

    id: RecordId


class Page(StrictModel):
    """A part of the history, newest first."""

    items: Annotated[list[Record], Field(max_length=100)]
    next_before: Annotated[
        RecordId | None,
        Field(description="`before` of the next page; null when this page is the last."),
    ]


class Deleted(StrictModel):
    """What a request deleted."""

    deleted: Annotated[int, Field(ge=0, description="How many records.")]
    complete: Annotated[
        bool,
        Field(
            description="False where one request may not delete as many as match: the same request "
            "goes on with the rest."
        ),
    ]


class Welcome(StrictModel):
    """Who answers."""

    message: Annotated[str, Field(min_length=1)]
    status: Literal["ok"]


HealthStatus = Literal["healthy", "unhealthy"]


class Liveness(StrictModel):
    """Whether this worker can go on without a restart."""

    status: HealthStatus


class Health(StrictModel):
    """Whether this worker can answer requests."""

    status: HealthStatus
    model_loaded: bool


class Check(StrictModel):
    """The state of one dependency."""

    status: HealthStatus
    detail: Annotated[str | None, Field(description="Why it is unhealthy.")]


class Checks(StrictModel):
    """Every dependency."""

    database: Check
    model: Check


class Image(StrictModel):
    """What the image was built from."""

    base: Annotated[str, Field(min_length=1, description="The base image, as it was asked for.")]
    base_digest: Annotated[
        str | None, Field(description="Its digest, else its id; null where the build was not told.")
    ]
    packages_sha256: Annotated[
        str, Field(description="Of `service/requirements.lock`.", pattern="^[0-9a-f]{64}$")
    ]


class DetailedHealth(StrictModel):
    """The state of every dependency."""

    status: HealthStatus
    version: Annotated[str, Field(min_length=1)]
    schema_version: Annotated[
        str | None,
        Field(description="The revision of the database's schema; null when it cannot be read."),
    ]
    checks: Checks
    fingerprint: Annotated[Fingerprint, Field(description="What new records carry.")]
    versions: Annotated[
        dict[str, str], Field(description="Of Python and of the libraries that decide a text.")
    ]
    image: Annotated[Image | None, Field(description="Null where it runs without its image.")]


class ErrorBody(StrictModel):
    """Why a request was not answered."""

    detail: Annotated[str, Field(min_length=1)]


class Violation(StrictModel):
    """One rule that the request breaks."""

    loc: Annotated[list[str | int], Field(description="Where: a path into the request.")]
    msg: str
    type: str


class ValidationErrorBody(StrictModel):
    """The rules that the request breaks, the first twenty of them."""

    detail: Annotated[list[Violation], Field(min_length=1, max_length=20)]
