"""Ids of records that are there reach the operations on them, whatever they are called there."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from apps.schema.fuzzed import CONFIG, fuzzer
from apps.schema.renames_ids import Renaming
from apps.schema.serving import served
from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.config.options import Config
from boxproof.drivers.schemathesis.record_links import add_links
from boxproof.drivers.schemathesis.wire import Records as Told


def described(service: Renaming) -> Config:
    """The configuration that says where the id of a note stands."""
    made = ValidRequest(f"{service.below}/notes", body={"text": "Once"}, status=201)
    read = Read(path=f"{service.below}{service.read}/{{id}}")
    return replace(CONFIG, records={"notes": Records(id="/note_id", create=made, read=read)})


@pytest.mark.parametrize(
    "service",
    [
        Renaming(),
        Renaming(is_typed=True),
        Renaming(read="/notes", is_typed=True),
        Renaming(below="/api"),
    ],
    ids=["named nowhere", "of other names", "of another parameter", "below a base path"],
)
def test_a_fault_behind_an_id_that_is_there_is_found(service: Renaming, tmp_path: Path) -> None:
    """An id that is drawn is not there."""
    with served(service.respond) as server:
        seen = fuzzer(server.url, tmp_path, config=described(service)).results()
    assert not seen.document_problem
    failed = {each.operation for each in seen.failures if each.title == "Server error"}
    assert failed == {f"GET {service.read}/{{key}}"}


def test_without_its_description_nobody_finds_it(tmp_path: Path) -> None:
    """That is what the links are for: no name tells."""
    service = Renaming()
    with served(service.respond) as server:
        seen = fuzzer(server.url, tmp_path, config=replace(CONFIG, records={})).results()
    assert service.made
    assert not [each for each in seen.failures if each.title == "Server error"]


def linked(document: dict[str, Any], kind: Told, below: str = "") -> dict[str, Any]:
    """The links that the first response to ``POST /users/{user}/notes`` then has."""
    adapter = SimpleNamespace(links_keyword="links")
    schema = SimpleNamespace(raw_schema=document, adapter=adapter)
    add_links(cast("OpenApiSchema", schema), [kind], below)
    responses = document["paths"]["/users/{user}/notes"]["post"]["responses"]
    links: dict[str, Any] = next(iter(responses.values())).get("links", {})
    return links


KIND = Told(
    "POST", "/users/{owner}/notes", (201, 200), "/data/id", "/users/{owner}/notes/{id}/text"
)


@pytest.mark.parametrize("status", ["200", "2XX", "default"])
def test_every_operation_on_a_record_and_below_it_is_linked(status: str) -> None:
    """With what the record lies below, which is that of the request that made it."""
    document = {
        "paths": {
            "/users/{user}/notes": {"post": {"responses": {status: {"description": "made"}}}},
            "/users/{who}/notes/{key}": {"get": {}, "delete": {}, "parameters": []},
            "/users/{who}/notes/{key}/tags": {"put": {}},
            "/users/{who}/notes/all": {"get": {}},
            "/users/{who}/letters/{key}": {"get": {}},
        }
    }
    links = linked(document, KIND)
    assert [each["operationRef"] for each in links.values()] == [
        "#/paths/~1users~1{who}~1notes~1{key}/delete",
        "#/paths/~1users~1{who}~1notes~1{key}/get",
        "#/paths/~1users~1{who}~1notes~1{key}~1tags/put",
    ]
    assert {tuple(sorted(each["parameters"].items())) for each in links.values()} == {
        (("path.key", "$response.body#/data/id"), ("path.who", "$request.path.user"))
    }


@pytest.mark.parametrize(
    "operations",
    [{}, {"post": None}, {"post": {}}, {"post": {"responses": {"422": {}}}}],
)
def test_a_document_that_does_not_say_how_a_record_is_made_is_left_as_it_is(
    operations: dict[str, Any],
) -> None:
    """What it says of others is judged as ever."""
    document = {"paths": {"/users/{user}/notes": operations, "/users/{user}/notes/{key}": None}}
    before = repr(document)
    schema = SimpleNamespace(raw_schema=document, adapter=SimpleNamespace(links_keyword="links"))
    add_links(cast("OpenApiSchema", schema), [KIND], "")
    assert repr(document) == before
