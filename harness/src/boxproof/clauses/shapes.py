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
        self._document = document

    def mismatch(self, answer: Answer) -> str:
        """Why an answer differs from what is documented for its status; empty when it does not.

        An answer that belongs to no operation (an unknown path, say) has the shape that any
        operation documents for its status. What is documented for another status says nothing of
        it: a framework's 404 is not the 422 that the same framework documents.
        """
        found = list(self._of(str(answer.status)))
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
        newer = str(self._document.get("openapi", "")).startswith("3.1")
        validator = jsonschema_rs.Draft202012Validator if newer else jsonschema_rs.Draft4Validator
        try:
            against = validator(whole, retriever=_nothing)
        except ValueError:
            # What stands elsewhere may be anything; of what is no schema another clause tells.
            return ""
        error = next(against.iter_errors(body), None)
        return error.message if error else ""


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
