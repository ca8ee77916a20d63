"""One service for each way to break the document; each overrides the one thing it does wrong."""

import json
from typing import Any

from apps.document import openapi
from apps.good import Refused, Response, Service
from apps.schema.serving import HangUp


class Undescribed(Service):
    """Refers to a schema that its document does not hold."""

    def document(self) -> Response:
        document = openapi()
        del document["components"]["schemas"]["Wanted"]
        return Response(200, document)


class NoOperation(Service):
    """Serves a document that describes nothing."""

    def document(self) -> Response:
        return Response(200, {**openapi(), "paths": {}})


class NoDocument(Service):
    """Serves none."""

    def document(self) -> Response:
        return self.unknown_path()


class NotADocument(Service):
    """Serves JSON of another kind."""

    def document(self) -> Response:
        return Response(200, {"hello": "world"})


class Crashing(Service):
    """Fails on text that is not ASCII."""

    def say(self, wanted: dict[str, Any]) -> Response:
        if not wanted["prompt"].isascii():
            return Response(500, {"detail": "codec can't encode character"})
        return super().say(wanted)


class HangingUp(Service):
    """Ends the connection where a list is asked for that is longer than it likes."""

    def list(self, query: str) -> Response:
        response = super().list(query)
        if "limit=100" in query.split("&"):
            raise HangUp
        return response


class OtherStatus(Service):
    """Answers 201 where the document says 200."""

    def say(self, wanted: dict[str, Any]) -> Response:
        return Response(201, super().say(wanted).body)


class OtherType(Service):
    """Calls its JSON text."""

    def health(self) -> Response:
        return Response(200, super().health().body, {"Content-Type": "text/plain"})


class MissingHeader(Service):
    """Leaves out a header that its document promises."""

    def document(self) -> Response:
        document = openapi()
        answer = document["paths"]["/health"]["get"]["responses"]["200"]
        answer["headers"] = {"X-Request-ID": {"required": True, "schema": {"type": "string"}}}
        return Response(200, document)


class OtherBody(Service):
    """Says more of a record than its document."""

    def read(self, record_id: str) -> Response:
        return Response(200, {**super().read(record_id).body, "owner": None})


class Talkative(Service):
    """Says of what it refuses where it did so."""

    def fits(self, prompt: str) -> bool:
        if not super().fits(prompt):
            raise Refused(422, 'File "/srv/api/say.py", line 12: too long')
        return True


class NotANumber(Service):
    """Has no other way to say that nothing more is known."""

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        response = super().respond(method, path, query, body)
        return Response(422, {"detail": float("nan")}) if response.status == 422 else response


class Picky(Service):
    """Refuses text without a letter, as if a forbidden word stood in it."""

    def say(self, wanted: dict[str, Any]) -> Response:
        if not any(each.isalpha() for each in wanted["prompt"]):
            raise Refused(400, "the prompt holds a forbidden word")
        return super().say(wanted)


class Lenient(Service):
    """Takes text of any length."""

    def fits(self, prompt: str) -> bool:
        return super().fits(prompt[:500])


class Generous(Service):
    """Takes fields that it does not know."""

    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            data = json.loads(body)
            known = {name: data[name] for name in ("prompt", "steps") if name in data}
        except (ValueError, TypeError):
            return super().parse(body)
        return super().parse(json.dumps(known).encode())


class NoAllow(Service):
    """Refuses a method without saying which it takes."""

    def wrong_method(self, allowed: tuple[str, ...]) -> Response:
        return Response(405, super().wrong_method(allowed).body)


class AnyMethod(Service):
    """Does not look at the method of the root."""

    def routes(self) -> dict[str, tuple[str, ...]]:
        every = ("GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "QUERY", "OPTIONS")
        return {**super().routes(), "/": every}


class Forgetful(Service):
    """Makes records that nobody finds."""

    def read(self, record_id: str) -> Response:
        super().read(record_id)
        raise Refused(404, "no such record")


#: Every broken service, and the one clause that must notice it.
NOTICED_BY: dict[type[Service], str] = {
    Undescribed: "schema.document-usable",
    NoOperation: "schema.document-usable",
    NoDocument: "schema.document-usable",
    NotADocument: "schema.document-usable",
    Crashing: "schema.no-server-error",
    HangingUp: "schema.no-server-error",
    OtherStatus: "schema.documented-status",
    OtherType: "schema.documented-headers",
    MissingHeader: "schema.documented-headers",
    OtherBody: "schema.documented-body",
    Talkative: "schema.internals-hidden",
    NotANumber: "schema.strict-json",
    Picky: "schema.valid-accepted",
    Lenient: "schema.invalid-rejected",
    Generous: "schema.invalid-rejected",
    NoAllow: "schema.methods",
    AnyMethod: "schema.methods",
    Forgetful: "records.available",
}
