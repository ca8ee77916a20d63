"""The documented shape of an answer: the schemas that the OpenAPI document gives for its status."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import UnusableAnswer, require
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import referred
from boxproof.probes.media_types import JSON, is_json, media_type
from boxproof.probes.messages import Answer, NotJson
from boxproof.probes.served_document import document_in

Schema = Mapping[str, Any]


class Shapes:
    """Compares answers with an OpenAPI document; what that says nothing of may be anything.

    Attributes:
        document: as it is served.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        older = str(document.get("openapi", document.get("swagger", ""))).startswith(("2.", "3.0"))
        self._document: Mapping[str, Any] = _as_json_schema(document) if older else document
        self._validator = (
            jsonschema_rs.Draft4Validator if older else jsonschema_rs.Draft202012Validator
        )

    def require_documented(self, answer: Answer, name: str) -> None:
        """Break a clause unless an answer has the shape that is documented for its status.

        Args:
            name: of the answer, in what is said.

        Raises:
            Breach: it has another one.
        """
        mismatch = self.mismatch(answer)
        told = f"{name} does not match its documented schema: {mismatch}"
        require(not mismatch, told, answer.evidence())

    def mismatch(self, answer: Answer) -> str:
        """Why an answer differs from what is documented for its status; empty when it does not.

        An answer that belongs to no operation (an unknown path, say) has the shape that any
        operation documents for its status. What is documented for another status says nothing of
        it: a framework's 404 is not the 422 that the same framework documents.
        """
        found = list(self._of(str(answer.status)))
        if not found:
            return ""
        media = _media_type(answer)
        if not is_json(media):
            return f"its Content-Type is {media!r}, not JSON"
        return self._compared(answer, found)

    def mismatch_of_operation(self, answer: Answer, path: str, method: str) -> str:
        """Why an answer differs from what one operation documents; empty when it does not.

        Only JSON is compared, and only where the operation names its media type.

        Args:
            path: as the document has it.
        """
        media = _media_type(answer)
        if not is_json(media):
            return ""
        operation = _mapping(_mapping(_mapping(self._document, "paths"), path), method)
        known = {
            str(status).upper(): each for status, each in _mapping(operation, "responses").items()
        }
        names = (str(answer.status), f"{answer.status // 100}XX", "DEFAULT")
        documented = next((known[each] for each in names if each in known), None)
        if not isinstance(documented, Mapping):
            return ""
        named = (media, "*/*", "application/*")
        found = [
            schema
            for each, schema in self._schemas(self._resolved(documented))
            if each in named or is_json(each)
        ]
        return self._compared(answer, found) if found else ""

    def _compared(self, answer: Answer, found: Iterable[Schema]) -> str:
        try:
            body = answer.json()
        except NotJson as error:
            return error.summary
        reasons = [self._against(schema, body) for schema in found]
        return "" if "" in reasons else reasons[0]

    def documents(self, status: int) -> bool:
        """Whether some operation documents what an answer of this status looks like."""
        return any(self._of(str(status)))

    def _of(self, start: str) -> Iterator[Schema]:
        """The JSON schemas of every documented answer whose status begins so."""
        for path in _mapping(self._document, "paths").values():
            for operation in path.values() if isinstance(path, Mapping) else ():
                for status, answer in _mapping(operation, "responses").items():
                    if str(status).startswith(start) and isinstance(answer, Mapping):
                        schemas = self._schemas(self._resolved(answer))
                        yield from (schema for media, schema in schemas if is_json(media))

    def _schemas(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
        """The schemas of a documented answer, each with its media type."""
        if "schema" in answer:
            # As Swagger 2.0 has it; its media types stand elsewhere, and JSON is what is compared.
            yield JSON, answer["schema"]
        for media, content in _mapping(answer, "content").items():
            if isinstance(content, Mapping) and "schema" in content:
                yield media_type(media), content["schema"]

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = node.get("$ref", "")
        if not reference:
            return node
        try:
            resolved: Mapping[str, Any] = referred(reference, self._document)
        except KeyError:
            # Elsewhere, and not followed; or nowhere, of which another clause tells.
            return {}
        return resolved

    def _against(self, schema: Schema | bool, body: Any) -> str:
        if isinstance(schema, bool):
            return "" if schema else "no body is allowed"
        # References of the document start at its root, so its components stand beside the schema.
        parts = ("components", "definitions")
        whole = {**schema, **{each: self._document.get(each, {}) for each in parts}}
        try:
            # Formats are for whoever fuzzes: drafts differ in whether they are asserted.
            against = self._validator(whole, retriever=_nothing, validate_formats=False)
        except ValueError:
            # What stands elsewhere may be anything; of what is no schema another clause tells.
            return ""
        error = next(against.iter_errors(body), None)
        return error.message if error else ""


def _media_type(answer: Answer) -> str:
    return media_type(answer.headers.get("Content-Type", ""))


def _mapping(node: Any, name: str) -> Mapping[str, Any]:
    """A part of a node; empty where a document that nobody checked has something else."""
    part = node.get(name) if isinstance(node, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _as_json_schema(node: Any) -> Any:
    """A part of an older document, whose schemas say as JSON Schema does what they take.

    ``nullable`` is OpenAPI 3.0's own, ``x-nullable`` what is written in its place in Swagger 2.0;
    a required ``writeOnly`` property is required of requests alone
    (https://spec.openapis.org/oas/v3.0.4#schema-object).
    """
    if isinstance(node, list):
        return [_as_json_schema(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    made = {name: _as_json_schema(each) for name, each in node.items()}
    properties = _mapping(node, "properties")
    if isinstance(node.get("required"), list):
        made["required"] = [
            each
            for each in node["required"]
            if _mapping(properties, each).get("writeOnly") is not True
        ]
        if not made["required"]:
            # Draft 4 knows no empty one.
            del made["required"]
    if node.get("nullable") is not True and node.get("x-nullable") is not True:
        return made
    if not isinstance(node.get("type"), str):
        return {"anyOf": [made, {"type": "null"}]}
    # In place: other schemas refer to what stands below it.
    made["type"] = [node["type"], "null"]
    if isinstance(node.get("enum"), list):
        made["enum"] = [*node["enum"], None]
    return made


def _nothing(uri: str) -> Any:
    """In place of what would ask another server for a part of a schema."""
    raise LookupError(uri)


@pytest.fixture(scope="session")
def shapes(http: Client, config: Config) -> Shapes:
    """The documented shapes; a document that cannot be had is another clause's breach."""
    if config.schema is None:
        return Shapes({})
    try:
        return Shapes(document_in(http.get(config.schema.path)))
    except UnusableAnswer:
        return Shapes({})
