"""How errors become responses."""

from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from gpt2_service.api.schemas import ErrorBody, ValidationErrorBody, Violation
from gpt2_service.errors import RequestError
from gpt2_service.telemetry.requests import error_response

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
KEY_MAX_CHARACTERS = 100
# What a client can mend at once. A body of unknown keys breaks a rule with each of them, and an
# answer must not be many times as large as its request.
MAX_VIOLATIONS = 20


def add_error_handlers(app: FastAPI) -> None:
    """Give every error of the application the documented shape."""
    app.add_exception_handler(RequestError, _request_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _request_error(_request: Request, error: Exception) -> JSONResponse:
    return error_response(cast("RequestError", error))


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    """Say which rules are broken, without the input: it may not be Unicode text at all."""
    errors = cast("RequestValidationError", error).errors()
    violations = [
        Violation(
            loc=[_encodable(part) if isinstance(part, str) else part for part in item["loc"]],
            msg=_encodable(item["msg"]),
            type=item["type"],
        )
        for item in errors[:MAX_VIOLATIONS]
    ]
    return JSONResponse(ValidationErrorBody(detail=violations).model_dump(), 422)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("HTTPException", error)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    return JSONResponse(ErrorBody(detail=error.detail).model_dump(), error.status_code, headers)


def _allowed_methods(request: Request) -> list[str]:
    """Return every method of the path (RFC 9110, section 10.2.1), over all of its routes."""
    allowed = [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    return ["HEAD", *allowed] if "GET" in allowed else allowed


def _encodable(text: str) -> str:
    """Return `text` cut to a bearable length, lone surrogates written as escapes."""
    return text[:KEY_MAX_CHARACTERS].encode("utf-8", "backslashreplace").decode("utf-8")
