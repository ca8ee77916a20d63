"""Where a service says that it is ready is found among the usual places."""

from collections.abc import Callable

import pytest
from apps.good import Response
from apps.schema.serving import Asked, serving

from boxproof.config.options import Health
from boxproof.discovery import health_search
from boxproof.discovery.api_document import ApiDocument, operations
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client

PAGE = b"<html>"


def found(answering: Callable[[str], Response], told: str = "") -> tuple[Health, str]:
    """What is found of a service that answers so to each path, and how that is known."""

    def answer(asked: Asked) -> Response:
        return answering(asked.target)

    with serving(answer) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        health, notes = health_search.find(client, told, 20.0)
    return health, notes["health.path"]


@pytest.mark.parametrize(
    ("places", "told", "expected"),
    [
        ({"/health": Response(200, {"ready": True})}, "", Health(model_loaded="/ready")),
        ({"/v2/health/ready": Response(200, {})}, "", Health(path="/v2/health/ready")),
        ({"/healthz": Response(204, None)}, "", Health(path="/healthz", status=204)),
        ({"/health": Response(200, {}), "/own": Response(200, {})}, "/own", Health(path="/own")),
    ],
)
def test_a_usual_place_that_returns_success_is_taken(
    places: dict[str, Response], told: str, expected: Health
) -> None:
    """Before all what the container's own health check asks for."""
    health, note = found(lambda path: places.get(path, Response(404, {})), told)
    assert health == expected
    assert note.startswith("tried:")


def test_a_service_that_still_starts_is_asked_again() -> None:
    """Until it no longer says 503."""
    looks: list[str] = []

    def answering(path: str) -> Response:
        looks.append(path)
        if path != "/ready":
            return Response(404, {})
        return Response(200 if looks.count("/ready") > 2 else 503, {})

    assert found(answering)[0].path == "/ready"


def test_a_page_for_every_path_is_not_an_answer() -> None:
    """Of a service behind a web application, what answers JSON is."""

    def answering(path: str) -> Response:
        return Response(200, {"up": True} if path == "/api/health" else PAGE)

    assert found(answering)[0].path == "/api/health"


def test_where_no_place_says_so_the_file_asks_for_one() -> None:
    """Ready is then what it says now."""
    health, note = found(lambda _: Response(404, {}))
    assert health == Health(path="/", status=404)
    assert note.startswith("guessed:")


def test_what_a_document_names_is_ranked_by_what_it_asks_for() -> None:
    """Readiness before health; that of a part, or what needs a parameter, is neither."""
    model = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        "/cache/health": {"get": {}},
        "/health": {"get": {}},
        "/sso/readiness": {"get": {}},
        "/api/v2/health/readiness": {"get": {}},
        "/health/history": {"get": {}},
        "/healthz/": {"get": {}},
        "/models/{model}/ready": {"get": {"parameters": [model]}},
        "/ready": {"post": {}},
    }
    content = {"openapi": "3.1.0", "paths": paths}
    document = ApiDocument("/openapi.json", content, tuple(operations(content)))
    assert health_search.described(document) == [
        "/api/v2/health/readiness",
        "/health",
        "/healthz/",
    ]
