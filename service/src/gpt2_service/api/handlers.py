"""How errors become responses."""

from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from gpt2_service.api.openai.invalid_requests import invalid_request
from gpt2_service.api.schemas import ValidationErrorBody
from gpt2_service.api.violations import violation
from gpt2_service.error_bodies import error_body, error_response, speaks_openai
from gpt2_service.errors import RequestError

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# What a client can mend at once. A body of unknown keys breaks a rule with each of them, and an
# answer must not be many times as large as its request.
MAX_VIOLATIONS = 20


def add_error_handlers(app: FastAPI) -> None:
    """Give every error of the application the documented shape."""
    app.add_exception_handler(RequestError, _request_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _request_error(request: Request, error: Exception) -> JSONResponse:
    return error_response(cast("RequestError", error), request.scope["path"])


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    """Say which rules are broken."""
    error = cast("RequestValidationError", error)
    errors = error.errors()[:MAX_VIOLATIONS]
    path = request.scope["path"]
    if speaks_openai(path):
        return error_response(invalid_request(errors, error.body), path)
    body = ValidationErrorBody(detail=[violation(item) for item in errors])
    return JSONResponse(body.model_dump(), 422)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("HTTPException", error)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    body = error_body(request.scope["path"], error.status_code, error.detail)
    return JSONResponse(body, error.status_code, headers)


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
