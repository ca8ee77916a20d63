"""What goes over the wire. Every schema is closed: no other keys."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_RECORD_ID = 2**63 - 1
PROMPT_MAX_CHARACTERS = 500
DEFAULT_MAX_LENGTH_TOKENS = 50
DEFAULT_PAGE_RECORDS = 50


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


class Closed(BaseModel):
    """A schema without other keys."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class GenerateRequest(Closed):
    """A prompt to continue."""

    prompt: Annotated[
        str,
        Field(
            strict=True,
            min_length=1,
            max_length=PROMPT_MAX_CHARACTERS,
            description="The text to continue, in Unicode characters.",
            examples=["Once upon a time"],
        ),
    ]
    max_length: Annotated[
        int,
        Field(
            strict=True,
            ge=10,
            le=200,
            description="The most tokens that prompt and continuation have together. A prompt "
            "that has as many by itself, or as many as the model's context, comes back as it is.",
        ),
        # After the constraints, or the document loses them.
        BeforeValidator(json_integer),
    ] = DEFAULT_MAX_LENGTH_TOKENS


class Record(Closed):
    """A stored generation."""

    id: RecordId
    prompt: Annotated[str, Field(min_length=1, max_length=PROMPT_MAX_CHARACTERS)]
    generated_text: Annotated[
        str, Field(min_length=1, description="The prompt, unchanged, and its continuation.")
    ]
    model_name: Annotated[str, Field(min_length=1)]
    created_at: Annotated[datetime, Field(description="RFC 3339, UTC.")]


class Page(Closed):
    """A part of the history, newest first."""

    items: Annotated[list[Record], Field(max_length=100)]
    next_before: Annotated[
        RecordId | None,
        Field(description="`before` of the next page; null when this page is the last."),
    ]


class Welcome(Closed):
    """Who answers."""

    message: Annotated[str, Field(min_length=1)]
    status: Literal["ok"]


class Health(Closed):
    """Whether this worker can answer requests."""

    status: Literal["healthy", "unhealthy"]
    model_loaded: bool


class Check(Closed):
    """The state of one dependency."""

    status: Literal["healthy", "unhealthy"]
    detail: Annotated[str | None, Field(description="Why it is unhealthy.")]


class Checks(Closed):
    """Every dependency."""

    database: Check
    model: Check


class DetailedHealth(Closed):
    """The state of every dependency."""

    status: Literal["healthy", "degraded"]
    version: Annotated[str, Field(min_length=1)]
    schema_version: Annotated[
        str | None,
        Field(description="The revision of the database's schema; null when it cannot be read."),
    ]
    checks: Checks


class ErrorBody(Closed):
    """Why a request was not answered."""

    detail: Annotated[str, Field(min_length=1)]


class Violation(Closed):
    """One rule that the request breaks."""

    loc: Annotated[list[str | int], Field(description="Where: a path into the request.")]
    msg: str
    type: str


class ValidationErrorBody(Closed):
    """Every rule that the request breaks."""

    detail: Annotated[list[Violation], Field(min_length=1)]
