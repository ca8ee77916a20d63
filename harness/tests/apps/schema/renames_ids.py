"""A service in whose document nothing says that what one operation answers with, the others take:
the ids have another name there, and the schema of the answer may be empty. Reading a record that is
there fails, and nobody who draws ids ever sees one that is.
"""

import json
import re
from itertools import count
from typing import Any

from apps.good import Response

#: Nobody draws these.
FIRST = 1_000_007


class Renaming:
    """Notes, made at ``/notes``, whose ids are ``note_id`` there and ``key`` elsewhere."""

    def __init__(self, *, read: str = "/entries", below: str = "", is_typed: bool = False) -> None:
        self.ids = count(FIRST)
        self.made: set[str] = set()
        self.read, self.below, self.is_typed = read, below, is_typed

    def respond(self, method: str, path: str, _query: str, body: bytes) -> Response:
        if path == "/openapi.json":
            return Response(200, self.document())
        path = path.removeprefix(self.below)
        if path == "/notes":
            return self.make(body) if method == "POST" else _wrong("POST")
        found = re.fullmatch(f"{re.escape(self.read)}/([^/]+)", path)
        if found is None:
            return Response(404, {"detail": "Not Found"})
        if method != "GET":
            return _wrong("GET")
        return Response(500 if found[1] in self.made else 404, {"detail": "no such note"})

    def make(self, body: bytes) -> Response:
        try:
            text = json.loads(body)["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return Response(422, {"detail": "no text"})
        if not isinstance(text, str) or len(text) > 20:
            return Response(422, {"detail": "no text"})
        note_id = next(self.ids)
        self.made.add(str(note_id))
        return Response(201, {"note_id": note_id, "text": text})

    def document(self) -> dict[str, Any]:
        """The document, below whose base path everything but itself lies."""
        error = {"description": "an error"}
        number, text = {"type": "integer"}, {"type": "string", "maxLength": 20}
        made = {
            "type": "object",
            "properties": {"note_id": number, "text": text},
            "required": ["note_id", "text"],
        }
        answer = {"application/json": {"schema": made if self.is_typed else {}}}
        asked = {
            "type": "object",
            "properties": {"text": text},
            "required": ["text"],
        }
        make = {
            "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
            "responses": {
                "201": {"$ref": "#/components/responses/Made"},
                "405": error,
                "422": error,
            },
        }
        key = {"name": "key", "in": "path", "required": True, "schema": number}
        read = {
            "parameters": [key],
            "responses": {
                "200": {"description": "a note", "content": answer},
                **dict.fromkeys(("404", "405"), error),
            },
        }
        return {
            "openapi": "3.1.0",
            "info": {"title": "notes", "version": "1"},
            "servers": [{"url": self.below or "/"}],
            "paths": {"/notes": {"post": make}, f"{self.read}/{{key}}": {"get": read}},
            "components": {"responses": {"Made": {"description": "made", "content": answer}}},
        }


def _wrong(allowed: str) -> Response:
    return Response(405, {"detail": "Method Not Allowed"}, {"Allow": allowed})
