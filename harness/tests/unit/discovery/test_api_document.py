"""OpenAPI documents of every version are read for what they describe."""

import json
from typing import Any

import pytest

from boxproof.discovery.api_document import operations, parsed

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
    """And all of its paths below one."""
    (found,) = operations(SWAGGER)
    assert str(found) == "PUT /api/notes/{note}"
    assert found.body == {"type": "object"}
    assert [each.place for each in found.parameters] == ["path"]


def test_a_document_of_openapi_3_has_references_servers_and_examples() -> None:
    """Of several media types JSON is taken."""
    (found,) = operations(OPENAPI)
    assert str(found) == "POST /v1/say"
    assert [each.name for each in found.placed("query")] == ["seed"]
    assert found.media_type == "application/json"
    assert found.body is not None
    assert found.body["example"] == {"text": "Hello"}
    assert "generate" in found.words


@pytest.mark.parametrize(
    ("body", "is_document"),
    [
        (json.dumps(OPENAPI).encode(), True),
        (b"swagger: '2.0'\npaths: {}\n", True),
        (b"<html>{unclosed: [</html>", False),
        (b'{"paths": {}}', False),
        (b'{"openapi": "3.1.0", "paths": []}', False),
        (b"\xff\xfe", False),
        (b"", False),
    ],
)
def test_what_is_not_a_document_is_passed_over(body: bytes, is_document: bool) -> None:
    """A page that says 200 to everything, for one."""
    assert (parsed(body) is not None) is is_document
