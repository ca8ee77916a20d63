"""OpenAPI documents of every version are read for what they describe."""

import json
from typing import Any

import pytest
import yaml
from apps.good import Response
from apps.schema.serving import Asked, serving

from boxproof.discovery import api_document
from boxproof.discovery.api_document import operations
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client

SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "basePath": "/api/",
    "paths": {
        "/notes/{note}": {
            "parameters": [{"name": "note", "in": "path", "required": True, "type": "string"}],
            "put": {"parameters": [{"name": "it", "in": "body", "schema": {"type": "object"}}]},
        }
    },
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://example.org/{stage}/", "variables": {"stage": {"default": "v1"}}}],
    "paths": {
        "/say": {
            "post": {
                "operationId": "Generate",
                "parameters": [{"$ref": "#/components/parameters/Seed"}],
                "requestBody": {"$ref": "#/components/requestBodies/Text"},
            }
        }
    },
    "components": {
        "parameters": {"Seed": {"name": "seed", "in": "query", "schema": {"type": "integer"}}},
        "requestBodies": {
            "Text": {
                "content": {
                    "multipart/form-data": {"schema": {"type": "object"}},
                    "application/json": {
                        "schema": {"type": "object"},
                        "examples": {"one": {"value": {"text": "Hello"}}},
                    },
                }
            }
        },
    },
}


def test_a_document_of_swagger_2_has_its_body_among_the_parameters() -> None:
    """And paths of its own."""
    (found,) = operations(SWAGGER, "/api")
    assert str(found) == "PUT /api/notes/{note}"
    assert found.body == {"type": "object"}
    assert [each.place for each in found.parameters] == ["path"]


def test_a_document_of_openapi_3_has_references_servers_and_examples() -> None:
    """Of several media types JSON is taken."""
    (found,) = operations(OPENAPI, "/v1")
    assert str(found) == "POST /v1/say"
    assert [each.name for each in found.placed("query")] == ["seed"]
    assert found.media_type == "application/json"
    assert found.body is not None
    assert found.body["example"] == {"text": "Hello"}
    assert "generate" in found.words


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (json.dumps(OPENAPI).encode(), ["POST /v1/say"]),
        (yaml.safe_dump(SWAGGER).encode(), ["PUT /api/notes/{note}"]),
        (b"<html>{unclosed: [</html>", None),
        (b'{"paths": {}}', None),
        (b'{"openapi": "3.1.0", "paths": []}', None),
        (b"\xff\xfe", None),
        (b"", None),
    ],
)
def test_a_document_is_found_in_json_and_in_yaml(body: bytes, found: list[str] | None) -> None:
    """What says 200 to everything is passed over."""

    def answer(_: Asked) -> Response:
        return Response(200, body)

    with serving(answer) as server:
        document = api_document.find(Client(lambda: Endpoint(server.url), Journal()))
    assert (None if document is None else [str(each) for each in document.operations]) == found
