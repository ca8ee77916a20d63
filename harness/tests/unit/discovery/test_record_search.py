"""Records are found by making one and looking for it, whatever the style of the service."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import Asked, serving
from apps.styles import Style, Styled

from boxproof.discovery import change_search, record_search, work_search
from boxproof.discovery.api_document import ApiDocument, operations
from boxproof.discovery.candidates import Candidate
from boxproof.discovery.record_search import Kept
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client

TEXT = {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}
BODY = {"content": {"application/json": {"schema": TEXT}}}


def document(style: Style, *parameters: str, update: str = "", delete: str = "") -> ApiDocument:
    """What a framework would write of the service; ``parameters`` are those of its list."""
    query = [{"name": each, "in": "query", "schema": {"type": "string"}} for each in parameters]
    one = [{"name": "note", "in": "path", "required": True, "schema": {"type": "string"}}]
    make: Mapping[str, Any] = {style.method.lower(): {"requestBody": BODY}}
    chosen: dict[str, Any] = {"parameters": one, "get": {}, "delete": {"operationId": delete}}
    paths = {"/records/{note}": chosen, "/records": {"get": {"parameters": query}}}
    if style.method == "PUT":
        paths["/records/{note}"] = {**chosen, **make}
    else:
        chosen["patch"] = {"requestBody": BODY, "operationId": update}
        paths["/say"] = {**make}
    content = {"openapi": "3.1.0", "paths": paths}
    return ApiDocument("/openapi.json", content, tuple(operations(content)))


def kept(
    style: Style,
    *parameters: str,
    service: type[Styled] = Styled,
    update: str = "",
    delete: str = "",
) -> Kept | None:
    """What is found of a service of that style, and of what its document calls the changes."""
    described = document(style, *parameters, update=update, delete=delete)
    return found(service(style), described)


def found(service: Styled, described: ApiDocument) -> Kept | None:
    """What is found of a service with that document."""
    with serving(service.answer) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        tried = work_search.successes(client, described, writes=True)
        chosen = work_search.heaviest(each for each in tried if each.request.method != "GET")
        if chosen is None:
            return None
        request = work_search.describe(client, chosen, described).request
        made = work_search.Tried(Candidate(request, chosen.candidate.operation, ""), chosen.answer)
        return record_search.find(client, [made], described)


@pytest.mark.parametrize(
    ("style", "parameters", "found"),
    [
        ({}, ("limit", "before"), {"limit": "limit", "before": "before", "order": "newest"}),
        ({"paging": "offset"}, ("limit", "offset"), {"offset": "offset"}),
        ({"paging": "page"}, ("limit", "page"), {"page": "page", "pages_from_zero": False}),
        ({"paging": "link"}, ("limit",), {"link": True}),
        ({"paging": "next"}, ("limit",), {"next": "/next", "cursor": ""}),
        ({"paging": "cursor"}, ("limit", "cursor"), {"next": "/next", "cursor": "cursor"}),
        ({"paging": "none"}, ("limit",), {"limit": "limit", "before": ""}),
        ({"order": "oldest", "paging": "offset"}, ("limit", "offset"), {"order": "oldest"}),
        ({"envelope": "data"}, ("limit", "before"), {"id": "/data/id", "text": "/data/prompt"}),
    ],
)
def test_a_list_is_described_by_what_it_did(
    style: dict[str, Any], parameters: tuple[str, ...], found: dict[str, Any]
) -> None:
    """Every way to turn pages was seen to meet both of two records."""
    described = kept(Style(**style), *parameters)
    assert described is not None
    listing = described.kind.list
    assert listing is not None
    assert (listing.path, listing.items) == ("/records", "/items")
    assert {key: getattr(listing, key) for key in found} == found


def test_a_list_may_stand_under_any_name() -> None:
    """Such as the URL of a word, which has slashes."""

    class Linked(Styled):
        def page(self, given: dict[str, str]) -> Response:
            listed = super().page(given)
            return Response(200, {"https://example.org/items": listed.body["items"]})

    described = kept(Style(), "limit", "before", service=Linked)
    assert described is not None
    assert described.kind.list is not None
    assert described.kind.list.items == "/https:~1~1example.org~1items"


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ({}, {"id": "/id", "text": "/prompt", "record": ""}),
        ({"status": 201, "answers": "location"}, {"id_header": "Location", "text": "/prompt"}),
        ({"method": "PUT", "path": "/records/{id}", "status": 201}, {"text": "/prompt"}),
        ({"envelope": "data"}, {"record": "/data", "text": "/prompt"}),
        ({"varies": True}, {"varying": ("/reads",)}),
        ({"key": "slug"}, {"id": "/slug"}),
        ({"key": "number"}, {"id": "/number"}),
    ],
)
def test_a_record_is_described_by_how_it_was_read(
    style: dict[str, Any], found: dict[str, Any]
) -> None:
    """Its id, the envelope, the text that was sent, and what differs from read to read."""
    described = kept(Style(**style), "limit", "before")
    assert described is not None
    assert {key: getattr(described.kind, key) for key in found} == found
    assert described.kind.read is not None
    assert described.kind.read.path == "/records/{id}"
    assert described.name == "records"


def test_changes_are_described_where_they_hold() -> None:
    """An update and a delete of what was made for it, read again afterwards."""
    described = kept(Style(), "limit", "before")
    assert described is not None
    update, delete = described.kind.update, described.kind.delete
    assert update is not None
    assert (update.method, update.path, update.text) == ("PATCH", "/records/{id}", "/prompt")
    assert delete is not None
    assert delete.path == "/records/{id}"
    assert "PATCH /records/{note}" in described.notes["update.path"]
    assert "DELETE /records/{note}" in described.notes["delete.path"]


@pytest.mark.parametrize(
    ("breaks", "updates", "deletes"),
    [("reads-old", False, True), ("reads-deleted", True, False), ("delays-changes", False, False)],
)
def test_a_change_that_does_not_hold_is_not_described(
    breaks: str, updates: bool, deletes: bool
) -> None:
    """Nobody knows then whether the request was the right one."""
    described = kept(Style(breaks=breaks), "limit", "before")
    assert described is not None
    kind = described.kind
    assert (kind.update is not None, kind.delete is not None) == (updates, deletes)
    assert ("update.path" in described.notes, "delete.path" in described.notes) == (
        updates,
        deletes,
    )


def test_an_update_that_sounds_harmful_is_not_tried() -> None:
    """Of a record of its own neither: it may be sent to people."""
    described = kept(Style(), "limit", "before", update="publish_note")
    assert described is not None
    assert described.kind.update is None


def test_an_update_reaches_no_record_but_those_made_for_it() -> None:
    """Not the one that the document has for an example; and few texts of a long body are tried."""
    fields = {f"field_{number}": {"type": "string"} for number in range(10)}
    body = {"type": "object", "properties": fields, "required": list(fields)}
    one = {"name": "note", "in": "path", "schema": {"type": "string"}, "example": "r1"}
    described = document(Style())
    paths = {
        "/say": described.content["paths"]["/say"],
        "/records/{note}/": {
            "parameters": [one],
            "get": {},
            "patch": {"requestBody": {"content": {"application/json": {"schema": body}}}},
        },
    }
    changed: list[str] = []

    class Slashed(Styled):
        def answer(self, asked: Asked) -> Response:
            if asked.method == "PATCH":
                changed.append(asked.target)
                return Response(422, {})
            return super().answer(replace(asked, target=asked.target.rstrip("/")))

    content = {"openapi": "3.1.0", "paths": paths}
    slashed = ApiDocument("/openapi.json", content, tuple(operations(content)))
    assert found(Slashed(Style()), slashed) is not None
    assert changed
    assert "/records/r1/" not in changed
    assert len(changed) <= 3 * change_search.TEXTS_MOST


def test_a_delete_that_does_more_is_not_tried() -> None:
    """By what the document calls it."""
    described = kept(Style(), "limit", "before", delete="delete_and_notify")
    assert described is not None
    assert described.kind.delete is None


def test_what_puts_a_record_under_its_id_updates_it() -> None:
    """The document need not say so twice."""

    class Replacing(Styled):
        def make(self, *asked: Any) -> Response:
            made = super().make(*asked)
            self.records = list({each["id"]: each for each in self.records}.values())
            return made

    style = Style(method="PUT", path="/records/{id}", status=201)
    described = kept(style, "limit", "before", service=Replacing)
    assert described is not None
    update = described.kind.update
    assert update is not None
    assert (update.method, update.path, update.text) == ("PUT", "/records/{id}", "/prompt")


def test_a_list_without_texts_is_described_as_one() -> None:
    """It shows which records there are, and no more."""

    class Brief(Styled):
        def page(self, given: dict[str, str]) -> Response:
            whole = super().page(given)
            items = [{"id": each["id"]} for each in whole.body["items"]]
            return replace(whole, body={**whole.body, "items": items})

    described = kept(Style(), "limit", "before", service=Brief)
    assert described is not None
    listing = described.kind.list
    assert listing is not None
    assert (listing.shows_text, listing.before) == (False, "before")


def test_what_cannot_be_read_again_is_not_a_record() -> None:
    """Each request meets a service that has forgotten all before."""

    def forgets(asked: Asked) -> Response:
        return Styled(Style()).answer(asked)

    with serving(forgets) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        described = document(Style())
        tried = work_search.successes(client, described, writes=True)
        assert record_search.find(client, tried, described) is None
