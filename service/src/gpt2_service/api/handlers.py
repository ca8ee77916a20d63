"""How errors become responses."""

from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from gpt2_service.api.schemas import ValidationErrorBody, Violation
from gpt2_service.error_bodies import error_body, error_response, speaks_openai
from gpt2_service.errors import InvalidRequestError, RequestError

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
KEY_MAX_CHARACTERS = 100
# What a client can mend at once. A body of unknown keys breaks a rule with each of them, and an
# answer must not be many times as large as its request.
MAX_VIOLATIONS = 20
# What OpenAI's API calls broken rules, by pydantic's names for them; any other is a bad value.
ERROR_CODES = {"missing": "missing_required_parameter", "extra_forbidden": "unknown_parameter"}


def add_error_handlers(app: FastAPI) -> None:
    """Give every error of the application the documented shape."""
    app.add_exception_handler(RequestError, _request_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _request_error(request: Request, error: Exception) -> JSONResponse:
    return error_response(cast("RequestError", error), request.scope["path"])


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
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
    path = request.scope["path"]
    if speaks_openai(path):
        return error_response(_first(violations), path)
    return JSONResponse(ValidationErrorBody(detail=violations).model_dump(), 422)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("HTTPException", error)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    body = error_body(request.scope["path"], error.status_code, error.detail)
    return JSONResponse(body, error.status_code, headers)


def _first(violations: list[Violation]) -> InvalidRequestError:
    """Return the one error that OpenAI's envelope has room for."""
    first = violations[0]
    # Without "body"; places in a text that is not JSON at all are numbers.
    place = [str(part) for part in first.loc[1:]]
    named = bool(place) and first.type != "json_invalid"
    return InvalidRequestError(
        f"{'.'.join(place)}: {first.msg}" if named else first.msg,
        param=place[0] if named else None,
        code=ERROR_CODES.get(first.type, "invalid_value") if named else None,
    )


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
