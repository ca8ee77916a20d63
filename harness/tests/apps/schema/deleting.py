"""Lets many records be deleted at once, in each way that services have; also what loses records."""

import re
from typing import Any

from apps.document import RECORD_ID, openapi
from apps.good import Refused, Response
from apps.schema.serving import NOTHING, Asked
from apps.schema.steady import CountingStore, Steady

MANY, SOME, ONE = "/records", "/records/delete", "/records/{record_id}"


class Deleting(Steady):
    """``DELETE /records`` and ``POST /records/delete`` delete all records.

    Attributes:
        status: of the answer to what deletes them all.
    """

    store: CountingStore
    status = 204

    def document(self) -> Response:
        document = openapi()
        paths = document["paths"]
        error = paths[ONE]["get"]["responses"]["404"]
        others = {status: {**error, "description": "error"} for status in ("404", "405", "503")}
        done = {**others, str(self.status): {"description": "done"}}
        paths[MANY]["delete"] = {"operationId": "deleteAll", "responses": done}
        paths[SOME] = {"post": {"operationId": "postDelete", "responses": done}}
        paths[ONE]["delete"] = {
            "operationId": "deleteOne",
            "parameters": [RECORD_ID],
            "responses": {**others, "204": {"description": "done"}},
        }
        return Response(200, document)

    def routes(self) -> dict[str, tuple[str, ...]]:
        paths = {MANY: ("GET", "DELETE"), SOME: ("POST",), ONE: ("GET", "DELETE")}
        return {**super().routes(), **paths}

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if (method, path) in (("DELETE", MANY), ("POST", SOME)):
            return self.delete_all()
        if path == SOME:
            return self.wrong_method(("POST",))
        record_id = path.removeprefix("/records/")
        if method == "DELETE" and record_id not in (path, "") and "/" not in record_id:
            there = self.store.records.pop(record_id, None)
            missing = Response(404, {"detail": "no such record"})
            return missing if there is None else Response(204, NOTHING)
        return super().respond(method, path, query, body)

    def delete_all(self) -> Response:
        self.store.records.clear()
        return Response(self.status, NOTHING, {"Content-Type": ""})


class Losing(Deleting):
    """Finds no record, and deletes none."""

    def delete_all(self) -> Response:
        return Response(self.status, NOTHING, {"Content-Type": ""})

    def read(self, record_id: str) -> Response:
        super().read(record_id)
        raise Refused(404, "no such record")


def rooms(asked: Asked) -> Response:
    """A service whose rooms each have a list of notes, which is emptied by DELETE."""
    method, path = asked.method, asked.target.partition("?")[0]
    notes = re.fullmatch(r"/rooms/[0-9]+/notes", path)
    if (method, path) == ("GET", "/openapi.json"):
        return Response(200, ROOMS)
    if (method, path) == ("POST", "/rooms"):
        return Response(201, {"id": 7})
    if notes and method == "GET":
        return Response(200, [])
    if notes and method == "DELETE":
        return Response(204, NOTHING)
    if notes or path == "/rooms":
        return Response(405, {}, {"Allow": "GET, DELETE" if notes else "POST"})
    return Response(404, {})


class Notes:
    """Makes notes and reads them below one path, where a POST deletes them all."""

    def __init__(self) -> None:
        self.made = 0
        self.deleted = 0

    def answer(self, asked: Asked) -> Response:
        """Answer one request."""
        path = asked.target.partition("?")[0]
        note = re.fullmatch("/notes/([0-9]{1,9})", path)
        if path == "/openapi.json":
            return Response(200, NOTES)
        if path not in ("/notes", "/notes/delete") and not note:
            return Response(404, {})
        if asked.method != ("GET" if note else "POST"):
            return Response(405, {}, {"Allow": "GET" if note else "POST"})
        if note:
            is_there = self.deleted < int(note[1]) <= self.made
            return Response(200, {"id": int(note[1])}) if is_there else Response(404, {})
        if path == "/notes/delete":
            self.deleted = self.made
            return Response(204, NOTHING)
        self.made += 1
        return Response(201, {"id": self.made})


def _operation(name: str, answers: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    refused = {str(each): {"description": "refused"} for each in (404, 405, 422)}
    return {"operationId": name, "parameters": parameters, "responses": {**refused, **answers}}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "done", "content": {"application/json": {"schema": schema}}}


IDENTIFIED = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
NUMBER = {"in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
ROOM_ID, NOTE_ID = {"name": "room_id", **NUMBER}, {"name": "note_id", **NUMBER}
ROOMS = {
    "openapi": "3.1.0",
    "info": {"title": "Rooms", "version": "1"},
    "paths": {
        "/rooms": {"post": _operation("open", {"201": _body(IDENTIFIED)})},
        "/rooms/{room_id}/notes": {
            "get": _operation("list", {"200": _body({"type": "array"})}, ROOM_ID),
            "delete": _operation("empty", {"204": {"description": "done"}}, ROOM_ID),
        },
    },
}
LINKS = {
    "read": {"operationId": "read", "parameters": {"note_id": "$response.body#/id"}},
    "empty": {"operationId": "empty"},
}
NOTES = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {"post": _operation("make", {"201": {**_body(IDENTIFIED), "links": LINKS}})},
        "/notes/{note_id}": {"get": _operation("read", {"200": _body(IDENTIFIED)}, NOTE_ID)},
        "/notes/delete": {"post": _operation("empty", {"204": {"description": "done"}})},
    },
}
