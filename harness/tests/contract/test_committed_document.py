"""The committed document beside the served one: what breaks clients, and what merely differs."""

import json
from pathlib import Path

import pytest
import yaml
from apps.document import openapi
from apps.judging import PROMISED, Judged, judge, process_of

HONOURED, COMPLETE = "schema.committed-honoured", "schema.committed-complete"
BREAKING = {
    "needs_more": "breaks callers: POST /say: the body: required property steps is new",
    "allows_less": "breaks callers: POST /say: the body.steps: maximum 200 is now 100",
    "tells_less": "breaks readers: POST /say: 200: required property created_at is gone",
    "renames": "breaks generated clients: POST /say: its operationId 'say' is now 'speak'",
}
HARMLESS = {
    "adds": "1 change; first: adds: POST /say: the body.loud",
    "other_words": "they differ in words, at /info/title",
}


def judged(toy: str, folder: Path, committed: str, **environment: str) -> Judged:
    """A toy as a local process, by these two clauses."""
    (folder / "committed.yaml").write_text(committed)
    promised = PROMISED.partition("[upgrade]")[0]
    limits = PROMISED[PROMISED.index("[limits]") :]
    promised = promised.replace("[schema]", '[schema]\ncommitted = "committed.yaml"')
    config = folder / "boxproof.toml"
    config.write_text(promised + limits + process_of(toy))
    given = ("--target", "process", "-k", "committed")
    return judge(config, folder / "report", *given, **environment)


@pytest.mark.parametrize("form", [json.dumps, yaml.safe_dump])
def test_the_committed_document_is_served(form: object, tmp_path: Path) -> None:
    """In JSON or in YAML."""
    assert callable(form)
    said = judged("apps.good", tmp_path, form(openapi()))
    assert said.said("kept") == {HONOURED, COMPLETE}, said.output
    assert said.exit_code == 0


@pytest.mark.parametrize("drift", BREAKING)
def test_what_breaks_a_client_is_named_with_whom_it_breaks(drift: str, tmp_path: Path) -> None:
    """And told once: the other clause rests on it."""
    said = judged("apps.schema.drifted", tmp_path, json.dumps(openapi()), DRIFT=drift)
    assert said.said("broken") == {HONOURED}, said.output
    assert said.said("not judged") == {COMPLETE}, said.output
    (found,) = said.clauses[HONOURED]["findings"]
    assert found["summary"] == BREAKING[drift]
    assert found["operation"] == "POST /say"


@pytest.mark.parametrize("drift", HARMLESS)
def test_what_breaks_nobody_is_a_should(drift: str, tmp_path: Path) -> None:
    """Something new, or other words."""
    said = judged("apps.schema.drifted", tmp_path, json.dumps(openapi()), DRIFT=drift)
    assert said.said("kept") == {HONOURED}, said.output
    assert said.said("broken") == {COMPLETE}, said.output
    summary = f"it is not the committed document: {HARMLESS[drift]}"
    assert said.clauses[COMPLETE]["summary"] == summary
    assert said.exit_code == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "cannot be read as JSON or YAML: Expecting property name"),
        ("a: [", "cannot be read as JSON or YAML: while parsing"),
        ("swagger: '2.0'", "is not an OpenAPI 3 document"),
        ("- 1", "is not an OpenAPI 3 document"),
    ],
)
def test_a_file_that_is_no_document_is_wrong_usage(text: str, problem: str, tmp_path: Path) -> None:
    """Told in one line, before anything is booted."""
    with pytest.raises(AssertionError) as caught:
        judged("apps.good", tmp_path, text)
    (line,) = str(caught.value).splitlines()[:1]
    assert f"schema.committed: 'committed.yaml' {problem}" in line
