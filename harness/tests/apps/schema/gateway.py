"""A service of many operations with a framework's habits: one route's Allow, undocumented 404."""

import json
import os
import re
import time
from typing import Any

from apps.document import openapi
from apps.good import Response, Service
from apps.prefork import Master, Settings

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
ID = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}}
THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


class Gateway:
    """Kinds of things, three operations each: list, make, read; keeps none of them.

    Args:
        kinds: how many there are.
    """

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds

    def document(self) -> dict[str, Any]:
        """What it says of itself."""
        paths: dict[str, Any] = {}
        for number in range(self.kinds):
            made = {"required": True, "content": {"application/json": {"schema": THING}}}
            paths[f"/things{number}"] = {
                "get": {"parameters": [LIMIT], "responses": _answers("200", "422")},
                "post": {"requestBody": made, "responses": _answers("201", "422")},
            }
            paths[f"/things{number}/{{thing_id}}"] = {
                "get": {"parameters": [ID], "responses": _answers("200")}
            }
        info = {"title": "gateway", "version": "1"}
        return {"openapi": "3.1.0", "info": info, "paths": paths}

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        """Answer one request."""
        if path == "/openapi.json":
            return Response(200, self.document())
        found = re.fullmatch(r"/things\d+(/.*)?", path)
        if found is None:
            return Response(404, {"detail": "Not Found"})
        if found[1] is not None:
            return self.read(method)
        if method == "GET":
            wanted = re.fullmatch(r"(?:limit=([1-9]\d*))?", query)
            return Response(200, []) if wanted else self.invalid("limit")
        if method == "POST":
            return self.make(body)
        # That of the first of two routes.
        return Response(405, {"detail": "Method Not Allowed"}, {"Allow": "GET"})

    def read(self, method: str) -> Response:
        """One thing, of which there is none."""
        if method != "GET":
            return Response(405, {"detail": "Method Not Allowed"}, {"Allow": "GET"})
        return Response(404, {"detail": "no such thing"})

    def make(self, body: bytes) -> Response:
        """Take a thing."""
        try:
            name = json.loads(body)["name"]
        except (ValueError, TypeError, KeyError):
            return self.invalid("name")
        return Response(201, {"name": name}) if isinstance(name, str) else self.invalid("name")

    def invalid(self, field: str) -> Response:
        """Refuse a request."""
        return Response(422, {"detail": [{"loc": [field], "msg": "is not valid"}]})


def _answers(*statuses: str) -> dict[str, Any]:
    return {each: {"description": "", "content": {"application/json": {}}} for each in statuses}


class Large(Service):
    """The good service with many operations beside its own, which say 404 in their document."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.gateway = Gateway(int(os.environ.get("KINDS", "500")))
        self.seconds = float(os.environ.get("SECONDS_OF_THINGS", "0"))

    def document(self) -> Response:
        paths = self.gateway.document()["paths"]
        for number in range(self.gateway.kinds):
            del paths[f"/things{number}"]["post"]
            paths[f"/things{number}/{{thing_id}}"]["get"]["responses"] = _answers("404")
        return Response(200, {**openapi(), "paths": {**openapi()["paths"], **paths}})

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if path.startswith("/things") and method != "POST":
            time.sleep(self.seconds)
            return self.gateway.respond(method, path, query, body)
        return super().respond(method, path, query, body)


if __name__ == "__main__":
    Master(Large).run()
