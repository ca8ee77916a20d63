"""How request bodies are read: up to a limit, declared as JSON, and JSON to the letter."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response

from gpt2_service.api.dependencies import services_of
from gpt2_service.api.guard import GuardedRoute
from gpt2_service.api.responses import error_responses
from gpt2_service.errors import BodyTooLargeError, UnsupportedMediaTypeError

JSON_TYPE = re.compile(r"\s*application/([\w.!#$&^+-]+\+)?json\s*(;.*)?", re.ASCII | re.IGNORECASE)


class StrictJsonRequest(Request):
    """A request whose `json` accepts what RFC 8259 allows and nothing else.

    Python's parser also takes NaN and Infinity, fails on integers of thousands of digits and on
    deep nesting with other errors than JSONDecodeError, and guesses the encoding.
    """

    async def read(self, limit_bytes: int) -> bytes:
        """Read the body, which `body` and `json` return from then on.

        Raises BodyTooLargeError: at once where the length is declared, else at the first byte
        beyond the limit.
        """
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit_bytes:
            raise BodyTooLargeError(limit_bytes)
        content = bytearray()
        async for chunk in self.stream():
            content += chunk
            if len(content) > limit_bytes:
                raise BodyTooLargeError(limit_bytes)
        self._body = bytes(content)
        return self._body

    async def json(self) -> Any:
        raw = await self.body()
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(str(error), "", 0) from error


class StrictJsonRoute(GuardedRoute):
    """A route that reads its body through `StrictJsonRequest`, before FastAPI does.

    FastAPI would take every error of reading for a 400. Raises BodyTooLargeError, and
    UnsupportedMediaTypeError for a body that is not declared as JSON.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        refusal = error_responses(BodyTooLargeError, model=self.error_model)
        kwargs["responses"] = {**(kwargs.get("responses") or {}), **refusal}
        super().__init__(*args, **kwargs)

    def admitted_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().admitted_handler()

        async def strict_handler(request: Request) -> Response:
            strict = StrictJsonRequest(request.scope, request.receive)
            body = await strict.read(services_of(request).max_body_bytes)
            content_type = strict.headers.get("content-type")
            undeclared = content_type is None and body
            if undeclared or (content_type is not None and not JSON_TYPE.fullmatch(content_type)):
                raise UnsupportedMediaTypeError(content_type)
            return await handler(strict)

        return strict_handler


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")
