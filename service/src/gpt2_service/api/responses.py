"""How responses are documented, so that every operation says all that can come back."""

from typing import Any

from pydantic import BaseModel

from gpt2_service.api.schemas import ErrorBody, ValidationErrorBody
from gpt2_service.errors import (
    HeadersTooLargeError,
    InternalError,
    RequestError,
    RequestTooSlowError,
    TargetTooLongError,
)
from gpt2_service.telemetry.requests import REQUEST_ID_PATTERN

Responses = dict[int | str, dict[str, Any]]

REQUEST_ID = {
    "X-Request-ID": {
        "description": "The id of this request in the log: the one that was sent, when it is "
        f"well-formed (`{REQUEST_ID_PATTERN}`), or a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": REQUEST_ID_PATTERN},
    }
}
# Read by the telemetry. Declared to FastAPI, it would document a 422 that cannot happen.
TAKES_REQUEST_ID: dict[str, Any] = {
    "parameters": [
        {
            "name": "X-Request-ID",
            "in": "header",
            "required": False,
            "description": "An id for this request; taken over when it is well-formed.",
            "schema": {"type": "string"},
        }
    ]
}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before the next attempt.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
CHALLENGE = {
    "WWW-Authenticate": {
        "description": "How to authenticate (RFC 9110, section 11.6.1).",
        "required": True,
        "schema": {"type": "string"},
    }
}
VALIDATION: dict[str, Any] = {
    "description": "The request breaks the schema",
    "model": ValidationErrorBody,
    "headers": REQUEST_ID,
}


def success(description: str, **more: Any) -> Responses:
    """Document the 200 of an operation."""
    return {200: {"description": description, "headers": REQUEST_ID, **more}}


def no_content(description: str) -> Responses:
    """Document the 204 of an operation (RFC 9110, section 15.3.5)."""
    return {204: {"description": description, "headers": REQUEST_ID}}


def error_responses(
    *errors: type[RequestError], validation: bool = False, model: type[BaseModel] = ErrorBody
) -> Responses:
    """Document the errors of an operation, whose bodies are `model`.

    An internal error and a head too large are possible everywhere. Errors of one status have the
    same headers.
    """
    documented: Responses = {422: VALIDATION} if validation else {}
    everywhere: tuple[type[RequestError], ...] = (
        RequestTooSlowError,
        TargetTooLongError,
        HeadersTooLargeError,
        InternalError,
    )
    for error in errors + everywhere:
        retry = {} if error.retry_after_seconds is None else RETRY_AFTER
        challenge = {} if error.challenge is None else CHALLENGE
        same = documented.get(error.status)
        documented[error.status] = {
            "description": f"{same['description']}; or: {error.description}"
            if same
            else error.description,
            "model": model,
            "headers": {**REQUEST_ID, **retry, **challenge},
        }
    return documented
