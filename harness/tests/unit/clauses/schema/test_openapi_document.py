"""The work is found in the document, whatever that calls the parts of its path."""

from dataclasses import replace
from typing import Any

import pytest
from apps.document import openapi
from apps.schema.fuzzed import CONFIG

from boxproof.clauses.schema.openapi_document import described, work_documented
from boxproof.clauses.shapes import Shapes
from boxproof.config.operations import ValidRequest
from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer, Request

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


WORKED = Answer(Request("POST", Endpoint("http://x"), "/say"), 200, {}, b"{}", 0.0)


@pytest.mark.parametrize(
    ("answer", "path", "cause"),
    [
        (replace(WORKED, status=503), "/say", Cause.RESTS_ON),
        (replace(WORKED, cut=True), "/say", Cause.UNDECIDED),
        (WORKED, "/said", Cause.RESTS_ON),
    ],
)
def test_only_work_that_was_done_and_is_described_is_compared(
    answer: Answer, path: str, cause: Cause
) -> None:
    """Its error, the beginning of a long answer and what no document names say nothing here."""
    config = replace(CONFIG, work=replace(CONFIG.work, path=path))
    http = Client(lambda: Endpoint("http://x"), Journal())
    with pytest.raises(NotJudged) as said:
        work_documented(answer, http, config, Shapes(openapi()))
    assert said.value.cause is cause
