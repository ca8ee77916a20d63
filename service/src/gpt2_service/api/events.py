"""The service's own shape of a generation: its record, or events that end with it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gpt2_service.api.schemas import Generated, StrictModel
from gpt2_service.engine.generation import GenerationResult, Piece
from gpt2_service.errors import RequestError


class Token(StrictModel):
    """More text of one choice; the prompt is not part of it."""

    index: Annotated[int, Field(ge=0, description="Which choice.")]
    text: Annotated[str, Field(min_length=1)]


class StreamError(StrictModel):
    """Why there is no record; nothing follows."""

    status: Annotated[
        int, Field(ge=400, le=599, description="The status that an answer would have had.")
    ]
    detail: Annotated[str, Field(min_length=1)]
    retry_after: Annotated[
        int | None, Field(description="Seconds to wait before the next attempt, where that helps.")
    ]


EventName = Literal["token", "record", "error"]


class RecordShape:
    """A record, or `token` events and one `record`; implements `shapes.Shape`."""

    def whole(self, record: Generated, _result: GenerationResult) -> Generated:
        return record

    def opening(self) -> bytes:
        return b""

    def piece(self, piece: Piece) -> bytes:
        return _event("token", Token(index=piece.index, text=piece.text))

    def ending(self, record: Generated, _result: GenerationResult) -> bytes:
        return _event("record", record)

    def failure(self, error: RequestError) -> bytes:
        data = StreamError(
            status=error.status, detail=str(error), retry_after=error.retry_after_seconds
        )
        return _event("error", data)


def _event(name: EventName, data: BaseModel) -> bytes:
    """Return one event; JSON has no line breaks of its own."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n".encode()


def _documented(name: EventName, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "event": {"const": name},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": data,
            },
        },
        "required": ["event", "data"],
        "additionalProperties": False,
    }


# The schema is that of one event, as is usual before `itemSchema` of OpenAPI 3.2.
CONTENT: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "title": "Event",
            "description": "One event of the stream: `token` events, then one `record`, or one "
            "`error` instead of it. Comment lines in between keep the connection open.",
            "oneOf": [
                _documented("token", Token.model_json_schema()),
                _documented("record", {"$ref": "#/components/schemas/Generated"}),
                _documented("error", StreamError.model_json_schema()),
            ],
        }
    }
}
