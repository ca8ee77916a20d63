"""Where a document leaves a body open, what is listed already shows what belongs in it."""

from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import Asked, serving

from boxproof.discovery import listed_examples, work_search
from boxproof.discovery.api_document import ApiDocument, operations
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client

PLACE = {"id": "p1", "type": "Feature", "properties": {"externalId": "p1", "title": "Lighthouse"}}
LIKE_IT = {"type": "Feature", "properties": {"title": "Lighthouse"}}
OPEN: Any = {"application/geo+json": {"schema": {}}}
ELSEWHERE: Any = {"application/json": {"schema": {"$ref": "https://example.org/place.yaml"}}}
SAID: Any = {"application/json": {"schema": {"type": "object", "properties": {"a": {}}}}}


def document(content: Any) -> ApiDocument:
    """Of a list, and of what makes and replaces an item of it."""
    takes = {"requestBody": {"content": content}}
    described = {
        "openapi": "3.0.2",
        "paths": {
            "/places": {"get": {}, "post": takes},
            "/places/{place}": {"get": {}, "put": takes},
            "/notes": {"post": takes},
        },
    }
    return ApiDocument("/openapi.json", described, tuple(operations(described)))


def bodies(content: Any, shown: Response) -> dict[str, Any]:
    """By operation, the schema of its body when the list has been looked at."""
    with serving(lambda _: shown) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        filled = listed_examples.added(client, document(content))
    return {str(each): each.body for each in filled.operations if each.body is not None}


@pytest.mark.parametrize("content", [OPEN, ELSEWHERE])
def test_what_is_listed_is_the_example_of_a_body_that_is_left_open(content: Any) -> None:
    """Without its id, which another one cannot have; a path without a list stays as it is."""
    found = bodies(content, Response(200, {"features": [PLACE], "links": [{"id": "no"}]}))
    example = {"example": LIKE_IT}
    assert (found["POST /places"], found["PUT /places/{place}"]) == (example, example)
    assert found["POST /notes"] == document(content).operations[-1].body


@pytest.mark.parametrize(
    "shown",
    [
        Response(200, {"features": []}),
        Response(200, {"features": [{"title": "no id"}]}),
        Response(200, "<html>"),
        Response(403, [PLACE]),
    ],
)
def test_a_list_that_shows_nothing_gives_no_example(shown: Response) -> None:
    """The body stays open."""
    assert bodies(OPEN, shown)["POST /places"] == {}


def test_a_body_that_is_described_stays_as_it_is() -> None:
    """What a document says counts for more than what somebody once sent."""
    schema = SAID["application/json"]["schema"]
    assert bodies(SAID, Response(200, [PLACE]))["POST /places"] == schema


def test_a_body_is_sent_as_the_media_type_that_the_document_names() -> None:
    """The same path may do something else with another one, a search for instance."""
    sent: list[str] = []

    def answer(asked: Asked) -> Response:
        if asked.method == "GET":
            return Response(200, [PLACE])
        if not asked.target.startswith("/places"):
            return Response(404, {})
        sent.append(asked.headers["content-type"])
        return Response(201, {})

    with serving(answer) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        filled = listed_examples.added(client, document(OPEN))
        tried = work_search.successes(client, filled, writes=True)
    work = work_search.heaviest(tried)
    assert work is not None
    assert work.request.body == LIKE_IT
    assert work.request.content_type == "application/geo+json"
    assert len(sent) >= 2
    assert {*sent} == {"application/geo+json"}


def test_a_body_made_up_from_nothing_is_hardly_the_work() -> None:
    """A service that takes anything there may have taken it for something else."""
    known = {"example": {"name": "World"}}
    described = {
        "openapi": "3.0.2",
        "paths": {
            "/generate": {"post": {"requestBody": {"content": OPEN}}},
            "/hello": {"post": {"requestBody": {"content": {"application/json": known}}}},
        },
    }
    taking = ApiDocument("/openapi.json", described, tuple(operations(described)))
    with serving(lambda _: Response(200, {})) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        work = work_search.heaviest(work_search.successes(client, taking, writes=True))
    assert work is not None
    assert work.request.path == "/hello"
