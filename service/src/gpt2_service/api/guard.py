"""Which operations ask for a key, where the operator hands out keys (`API_KEYS`).

Open without a key stays what tells a stranger no more than that the service runs and how to speak
to it: `/`, `/health`, `/livez`, `/readyz`, `/openapi.json`, `/docs`, and the files of the pages.
Probes of orchestrators can carry no key.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from gpt2_service.api.dependencies import services_of
from gpt2_service.api.responses import error_responses
from gpt2_service.api.schemas import ErrorBody
from gpt2_service.errors import KeyMissingError, KeyRefusedError
from gpt2_service.keys import KEY_HEADER

SCHEMES: dict[str, Any] = {
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": KEY_HEADER,
        "description": "One of the service's keys.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The same keys as `Authorization: Bearer`.",
    },
}
REQUIRED: list[dict[str, list[str]]] = [{name: []} for name in SCHEMES]
# No key is one of the ways in: what is true of a service without keys, and of no other.
OPTIONAL: list[dict[str, list[str]]] = [{}, *REQUIRED]


class GuardedRoute(APIRoute):
    """A route that asks for a key, before anything else of the request is read.

    Documents what that can answer by itself, in the shape of `error_model`.
    """

    error_model: ClassVar[type[BaseModel]] = ErrorBody
    refused_key: ClassVar[type[KeyRefusedError]] = KeyRefusedError

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        refusals = error_responses(KeyMissingError, self.refused_key, model=self.error_model)
        kwargs["responses"] = {**(kwargs.get("responses") or {}), **refusals}
        kwargs["openapi_extra"] = {**(kwargs.get("openapi_extra") or {}), "security": OPTIONAL}
        super().__init__(*args, **kwargs)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = self.admitted_handler()

        async def guarded_handler(request: Request) -> Response:
            try:
                label = services_of(request).api_keys.admit(request.headers)
            except KeyRefusedError:
                raise self.refused_key from None
            request.state.key_label = label
            return await handler(request)

        return guarded_handler

    def admitted_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what handles a request that was let in."""
        return super().get_route_handler()


def describe_security(document: dict[str, Any], *, required: bool) -> None:
    """Name the schemes in an OpenAPI document; `required` takes "no key" off the ways in."""
    document["components"]["securitySchemes"] = SCHEMES
    if required:
        for path in document["paths"].values():
            for operation in path.values():
                if "security" in operation:
                    operation["security"] = REQUIRED
