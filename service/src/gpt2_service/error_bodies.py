"""What an error looks like on the wire.

As `{"detail": ...}`; below `OPENAI_PREFIX`, where clients of OpenAI's API ask, in OpenAI's envelope
(https://platform.openai.com/docs/guides/error-codes).
"""

from http import HTTPStatus
from typing import Any, Literal

from starlette.responses import JSONResponse

from gpt2_service.errors import RequestError

#: Below it OpenAI's API is spoken.
OPENAI_PREFIX = "/v1"

ErrorType = Literal["invalid_request_error", "rate_limit_error", "server_error"]


def speaks_openai(path: str) -> bool:
    """Whether whoever asks for this path expects OpenAI's shapes."""
    return path.startswith(f"{OPENAI_PREFIX}/")


def error_body(
    path: str, status: int, message: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """Return the body of an error; `param` and `code` are for OpenAI's clients alone."""
    return envelope(status, message, param, code) if speaks_openai(path) else {"detail": message}


def envelope(status: int, message: str, param: str | None, code: str | None) -> dict[str, Any]:
    """Return an error as OpenAI's clients read it; they tell errors apart by the status."""
    kind: ErrorType = "invalid_request_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = "rate_limit_error"
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = "server_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_response(error: RequestError, path: str) -> JSONResponse:
    """Return the response that an error becomes, in the shape that is documented for `path`."""
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if error.challenge is not None:
        headers["WWW-Authenticate"] = error.challenge
    body = error_body(path, error.status, str(error), error.param, error.code)
    return JSONResponse(body, error.status, headers)
