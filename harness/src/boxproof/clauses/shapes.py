"""The documented shape of an answer: the schemas that the OpenAPI document gives for its status."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import referred
from boxproof.probes.messages import Answer, NotJson
from boxproof.probes.served_document import document_in

Schema = Mapping[str, Any]


class Shapes:
    """Compares answers with an OpenAPI document; what that says nothing of may be anything."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        newer = str(document.get("openapi", "")).startswith("3.1")
        self._document = document if newer else _with_null(document)
        self._validator = (
            jsonschema_rs.Draft202012Validator if newer else jsonschema_rs.Draft4Validator
        )

    def mismatch(self, answer: Answer) -> str:
        """Why an answer differs from what is documented for its status; empty when it does not.

        An answer that belongs to no operation (an unknown path, say) has the shape that any
        operation documents for its status. What is documented for another status says nothing of
        it: a framework's 404 is not the 422 that the same framework documents.
        """
        return self._compared(answer, list(self._of(str(answer.status))))

    def mismatch_of_operation(self, answer: Answer, path: str, method: str) -> str:
        """Why an answer differs from what one operation documents; empty when it does not.

        Args:
            path: as the document has it.
        """
        operation = self._document["paths"][path][method]
        known = {str(status).upper(): each for status, each in operation["responses"].items()}
        names = (str(answer.status), f"{answer.status // 100}XX", "DEFAULT")
        documented: Schema = next((known[each] for each in names if each in known), {})
        return self._compared(answer, list(self._schemas(self._resolved(documented))))

    def _compared(self, answer: Answer, found: list[Schema]) -> str:
        if not found:
            return ""
        media = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media != "application/json" and not media.endswith("+json"):
            return f"its Content-Type is {media!r}, not JSON"
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
        for path in dict(self._document.get("paths", {})).values():
            for operation in path.values():
                answers = operation.get("responses", {}) if isinstance(operation, dict) else {}
                for status, answer in answers.items():
                    if str(status).startswith(start):
                        yield from self._schemas(self._resolved(answer))

    def _schemas(self, answer: Mapping[str, Any]) -> Iterator[Schema]:
        if "schema" in answer:
            # As Swagger 2.0 has it.
            yield answer["schema"]
        for media, content in answer.get("content", {}).items():
            if "json" in media and "schema" in content:
                yield content["schema"]

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

    def _against(self, schema: Schema, body: Any) -> str:
        # References of the document start at its root, so its components stand beside the schema.
        parts = ("components", "definitions")
        whole = {**schema, **{each: self._document.get(each, {}) for each in parts}}
        try:
            against = self._validator(whole, retriever=_nothing)
        except ValueError:
            # What stands elsewhere may be anything; of what is no schema another clause tells.
            return ""
        error = next(against.iter_errors(body), None)
        return error.message if error else ""


def _with_null(node: Any) -> Any:
    """A part of a document whose nullable schemas take null as JSON Schema says it.

    ``nullable`` is OpenAPI 3.0's own (https://spec.openapis.org/oas/v3.0.4#schema-object),
    ``x-nullable`` what is written in its place in Swagger 2.0.
    """
    if isinstance(node, list):
        return [_with_null(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    made = {name: _with_null(each) for name, each in node.items()}
    if node.get("nullable") is True or node.get("x-nullable") is True:
        return {"anyOf": [made, {"type": "null"}]}
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
