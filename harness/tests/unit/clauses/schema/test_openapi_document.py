"""The work is found in the document, whatever that calls the parts of its path."""

from typing import Any

import pytest

from boxproof.clauses.schema.openapi_document import is_described
from boxproof.config.operations import ValidRequest

NOTES: dict[str, Any] = {"/notes/{note_id}": {"put": {}}, "/notes": {"post": {}}}


@pytest.mark.parametrize(
    ("work", "described"),
    [
        (ValidRequest("/notes"), True),
        (ValidRequest("/notes?draft=1"), True),
        (ValidRequest("/notes", "PUT"), False),
        (ValidRequest("/notes/{id}", "PUT"), True),
        (ValidRequest("/notes/box-{id}.txt", "PUT"), True),
        (ValidRequest("/notes/{name}", "PUT", {"name": "a/b"}), True),
        (ValidRequest("/notes/{id}/words", "PUT"), False),
        (ValidRequest("/says"), False),
    ],
)
def test_a_path_is_compared_by_its_shape(work: ValidRequest, *, described: bool) -> None:
    """A client that chooses the id calls it id; the document may call it otherwise."""
    assert is_described(work, NOTES) is described


def test_a_path_lies_below_what_the_document_says() -> None:
    """As ``servers`` and ``basePath`` have it."""
    assert is_described(ValidRequest("/api/notes"), NOTES, "/api")
    assert not is_described(ValidRequest("/notes"), NOTES, "/api")
