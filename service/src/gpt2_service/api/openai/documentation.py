"""What the OpenAPI document says of OpenAI's shapes, where FastAPI cannot know it."""

from typing import Any

from pydantic import BaseModel

from gpt2_service.api.openai.objects import OpenAIError
from gpt2_service.error_bodies import speaks_openai


def stream_content(chunk: type[BaseModel]) -> dict[str, Any]:
    """Document a stream of chunks, by the schema of one event."""
    spoken = {"oneOf": [_inlined(chunk), _inlined(OpenAIError)]}
    json_text = {"type": "string", "contentMediaType": "application/json", "contentSchema": spoken}
    return {
        "text/event-stream": {
            "schema": {
                "title": "Event",
                "description": "One event of the stream: chunks, then `[DONE]`; or an error, which "
                "ends the stream without it. Comment lines in between keep the connection open.",
                "type": "object",
                "properties": {
                    # What an event without a name is called.
                    "event": {"const": "message"},
                    # Not exclusive: what a text contains is an annotation in JSON Schema.
                    "data": {"anyOf": [json_text, {"const": "[DONE]"}]},
                },
                "required": ["data"],
                "additionalProperties": False,
            }
        }
    }


def describe_openai(document: dict[str, Any], model: str) -> None:
    """Take back the 422 that FastAPI documents, here a 400, and name the model that is served."""
    for path, operations in document["paths"].items():
        if speaks_openai(path):
            for operation in operations.values():
                operation["responses"].pop("422", None)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name in ("CompletionRequest", "ChatCompletionRequest"):
        schemas[name]["properties"]["model"]["examples"] = [model]


def _inlined(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's schema without references: it lies deep in a document of others."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolve(part: Any) -> Any:
        if isinstance(part, list):
            return [resolve(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            found = definitions[part["$ref"].removeprefix("#/$defs/")]
            return resolve({**found, **{key: part[key] for key in part if key != "$ref"}})
        return {key: resolve(value) for key, value in part.items()}

    resolved: dict[str, Any] = resolve(schema)
    return resolved
