"""How request bodies are read: declared as JSON, and JSON to the letter."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gpt2_service.errors import UnsupportedMediaTypeError

JSON_TYPE = re.compile(r"\s*application/([\w.!#$&^+-]+\+)?json\s*(;.*)?", re.ASCII | re.IGNORECASE)


class StrictJsonRequest(Request):
    """A request whose `json` accepts what RFC 8259 allows and nothing else.

    Python's parser also takes NaN and Infinity, fails on integers of thousands of digits and on
    deep nesting with other errors than JSONDecodeError, and guesses the encoding.
    """

    async def json(self) -> Any:
        raw = await self.body()
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(str(error), "", 0) from error


class StrictJsonRoute(APIRoute):
    """A route that reads its body through `StrictJsonRequest`.

    Raises UnsupportedMediaTypeError for a body that is not declared as JSON.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict_handler(request: Request) -> Response:
            strict = StrictJsonRequest(request.scope, request.receive)
            content_type = strict.headers.get("content-type")
            undeclared = content_type is None and await strict.body()
            if undeclared or (content_type is not None and not JSON_TYPE.fullmatch(content_type)):
                raise UnsupportedMediaTypeError(content_type)
            return await handler(strict)

        return strict_handler


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
