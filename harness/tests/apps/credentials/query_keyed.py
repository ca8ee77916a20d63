"""Lets in who has one of two keys in the query, as its document says in two ways."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from apps.credentials.keyed import Keyed
from apps.document import openapi
from apps.good import Response
from apps.prefork import Master

NAME = "api_key"
SCHEME = {"type": "apiKey", "in": "query", "name": NAME}
PARAMETER = {"name": NAME, "in": "query", "required": True, "schema": {"type": "string"}}


class QueryKeyed(Keyed):
    def key_in(self, _headers: Mapping[str, str], query: str) -> str:
        return parse_qs(query).get(NAME, [""])[0]

    def document(self) -> Response:
        described = openapi()
        described["components"]["securitySchemes"] = {"key": dict(SCHEME)}
        paths: dict[str, Any] = described["paths"]
        for path, method in (("/say", "post"), ("/records/{record_id}", "get")):
            paths[path][method]["security"] = [{"key": []}]
        paths["/records"]["get"]["parameters"].append(dict(PARAMETER))
        for path in ("/say", "/records", "/records/{record_id}"):
            for operation in paths[path].values():
                answers = operation["responses"]
                answers["401"] = {**answers["405"], "description": "no such key"}
        return Response(200, described)


if __name__ == "__main__":
    Master(QueryKeyed).run()
