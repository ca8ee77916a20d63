"""The OpenAPI document of the toy service."""

import copy
from typing import Any

COUNT = {"type": "integer", "minimum": 0}
CHOICES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "index": COUNT,
            "text": {"type": "string"},
            "finish_reason": {"enum": ["stop", "length"]},
            "logprobs": {"type": "array", "items": {"type": "number"}},
        },
        "required": ["index", "text", "finish_reason", "logprobs"],
        "additionalProperties": False,
    },
}
USAGE: dict[str, Any] = {
    "type": "object",
    "properties": {"prompt_tokens": COUNT, "completion_tokens": COUNT, "total_tokens": COUNT},
    "required": ["prompt_tokens", "completion_tokens", "total_tokens"],
    "additionalProperties": False,
}
# One schema for what is made and what is read: by its name a fuzz knows where to read it.
RECORD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "prompt": {"type": "string"},
        "text": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "choices": CHOICES,
        "usage": USAGE,
    },
    "required": ["id", "prompt", "text", "created_at"],
    "additionalProperties": False,
}
SCHEMAS: dict[str, Any] = {
    "Record": RECORD,
    "Error": {
        "type": "object",
        "properties": {"detail": {"type": "string"}},
        "required": ["detail"],
        "additionalProperties": False,
    },
    "Wanted": {
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "minLength": 1, "maxLength": 500},
            "steps": {"type": "integer", "minimum": 1, "maximum": 200, "default": 20},
            "model": {"type": "string", "enum": ["echo"]},
            "seed": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
            "stop": {
                "type": "array",
                "items": {"type": "string", "minLength": 1, "maxLength": 64},
                "maxItems": 4,
            },
            "n": {"type": "integer", "minimum": 1, "maximum": 4},
            "temperature": {"type": "number", "minimum": 0, "maximum": 2},
            "details": {"type": "boolean", "default": False},
        },
        "required": ["prompt"],
        "additionalProperties": False,
        "examples": [{"prompt": "Once upon a time", "steps": 5}],
    },
    "Welcome": {
        "type": "object",
        "properties": {"message": {"type": "string"}, "status": {"type": "string"}},
        "required": ["message", "status"],
        "additionalProperties": False,
    },
    "Health": {
        "type": "object",
        "properties": {"status": {"const": "healthy"}, "model_loaded": {"type": "boolean"}},
        "required": ["status", "model_loaded"],
        "additionalProperties": False,
    },
}
LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
}
BEFORE = {"name": "before", "in": "query", "schema": {"type": "string"}}
RECORD_ID = {"name": "record_id", "in": "path", "required": True, "schema": {"type": "string"}}


def openapi() -> dict[str, Any]:
    """A fresh copy of the document, free to be changed."""
    record, error = _reference("Record"), _reference("Error")
    return copy.deepcopy(
        {
            "openapi": "3.1.0",
            "info": {"title": "Say", "version": "1.0.0"},
            "paths": {
                "/": {"get": _operation("welcome", {200: _reference("Welcome")})},
                "/health": {"get": _operation("health", {200: _reference("Health")})},
                "/say": {
                    "post": {
                        **_operation(
                            "say",
                            {200: record, 400: error, 404: error, 422: error, 507: error},
                        ),
                        "requestBody": {"required": True, "content": _json(_reference("Wanted"))},
                    }
                },
                "/records": {
                    "get": {
                        **_operation("list", {200: {"type": "array", "items": record}, 422: error}),
                        "parameters": [LIMIT, BEFORE],
                    }
                },
                "/records/{record_id}": {
                    "get": {
                        **_operation("read", {200: record, 404: error}),
                        "parameters": [RECORD_ID],
                    }
                },
            },
            "components": {"schemas": SCHEMAS},
        }
    )


def _operation(name: str, answers: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """An operation with the schema of each of its answers; 405 and 503 stand beside them all."""
    answers = {**answers, 405: _reference("Error"), 503: _reference("Error")}
    return {
        "operationId": name,
        "responses": {
            str(status): {"description": f"answer {status}", "content": _json(schema)}
            for status, schema in answers.items()
        },
    }


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
