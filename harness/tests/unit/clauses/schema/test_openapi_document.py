"""The work is found in the document, whatever that calls the parts of its path."""

from typing import Any

import pytest

from boxproof.clauses.schema.openapi_document import described
from boxproof.config.operations import ValidRequest

ONE = "/notes/{note_id}"
NOTES: dict[str, Any] = {
    "paths": {ONE: {"put": {}}, "/notes/own": {"put": {}}, "/notes": {"post": {}}}
}


@pytest.mark.parametrize(
    ("work", "path"),
    [
        (ValidRequest("/notes"), "/notes"),
        (ValidRequest("/notes?draft=1"), "/notes"),
        (ValidRequest("/notes", "PUT"), None),
        (ValidRequest("/notes/{id}", "PUT"), ONE),
        (ValidRequest("/notes/box-{id}.txt", "PUT"), ONE),
        (ValidRequest("/notes/{name}", "PUT", {"name": "a/b"}), ONE),
        (ValidRequest("/notes/own", "PUT"), "/notes/own"),
        (ValidRequest("/notes/{id}/words", "PUT"), None),
        (ValidRequest("/says"), None),
    ],
)
def test_a_path_is_compared_by_its_shape(work: ValidRequest, path: str | None) -> None:
    """A client that chooses the id calls it id; the document may call it otherwise."""
    assert described(work, NOTES) == path


def test_a_path_lies_below_what_the_document_says() -> None:
    """As ``servers`` and ``basePath`` have it."""
    assert described(ValidRequest("/api/notes"), NOTES, "/api") == "/notes"
    assert described(ValidRequest("/notes"), NOTES, "/api") is None


def test_what_is_no_path_is_passed_over() -> None:
    """Extensions stand beside paths."""
    assert described(ValidRequest("/notes"), {"paths": {"x-internal": True}}) is None
    assert described(ValidRequest("/notes"), {"paths": None}) is None
