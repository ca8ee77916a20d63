"""The work of a service is found by sending what may be it, and described by what it answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import Asked, HangUp, serving

from boxproof.config.operations import ValidRequest
from boxproof.discovery import work_search
from boxproof.discovery.api_document import ApiDocument, operations
from boxproof.discovery.work_search import Described
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client

Answering = Callable[[str, str, Any], Response]
REFUSED = Response(404, {"detail": "Not Found"})


def described(answering: Answering, document: ApiDocument | None = None) -> Described | None:
    """What is found of a service that answers so to method, path and body."""

    def answer(asked: Asked) -> Response:
        body = json.loads(asked.body) if asked.body else None
        return answering(asked.method, asked.target, body)

    with serving(answer) as server:
        client = Client(lambda: Endpoint(server.url), Journal())
        chosen = work_search.heaviest(work_search.successes(client, document, writes=True))
        return None if chosen is None else work_search.describe(client, chosen, document)


def document(paths: dict[str, Any]) -> ApiDocument:
    """A document of these paths."""
    content = {"openapi": "3.1.0", "paths": paths}
    return ApiDocument("/openapi.json", content, tuple(operations(content)))


def posts(**properties: Any) -> dict[str, Any]:
    """An operation that takes these fields."""
    schema = {"type": "object", "properties": properties, "required": [*properties][:1]}
    return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}


def test_a_chat_of_openai_is_found_by_its_models() -> None:
    """Its text, its answer, and what makes it long."""

    def answering(method: str, path: str, body: Any) -> Response:
        if (method, path) == ("GET", "/v1/models"):
            return Response(200, {"data": [{"id": "tiny"}]})
        if path == "/v1/chat/completions" and body["model"] == "tiny":
            text = body["messages"][0]["content"]
            if not text:
                return Response(400, {"error": "empty"})
            return Response(200, {"choices": [{"message": {"role": "a", "content": text[::-1]}}]})
        return REFUSED

    found = described(answering)
    assert found is not None
    assert found.request.path == "/v1/chat/completions"
    assert found.request.text == "/messages/0/content"
    assert found.request.output == "/choices/0/message/content"
    assert (found.request.light, found.request.heavy) == ({"max_tokens": 1}, {"max_tokens": 256})
    assert found.declined == {}


def test_a_model_of_the_open_inference_protocol_is_asked_as_it_describes_itself() -> None:
    """With a document whose paths nobody can fill in, and an index that is not the work."""

    def answering(method: str, path: str, body: Any) -> Response:
        if path == "/v2/repository/index":
            return Response(200, [{"name": "iris"}])
        if (method, path) == ("GET", "/v2/models/iris"):
            inputs = [{"name": "x", "shape": [-1, 3], "datatype": "FP32"}]
            return Response(200, {"name": "iris", "inputs": inputs})
        if path == "/v2/models/iris/infer" and body["inputs"][0]["shape"] == [1, 3]:
            return Response(200, {"outputs": []})
        return REFUSED

    paths = {"/v2/repository/index": posts(ready={}), "/v2/models/{name}/infer": posts(inputs={})}
    found = described(answering, document(paths))
    assert found is not None
    assert found.request.path == "/v2/models/iris/infer"
    assert found.request.body["inputs"][0]["data"] == [0.5, 0.5, 0.5]


def test_what_a_model_does_is_likelier_than_what_is_beside_it() -> None:
    """And what ends the service is never tried."""
    seen = []

    def answering(_: str, path: str, __: Any) -> Response:
        seen.append(path)
        return Response(200, {"ok": True})

    text = {"type": "string"}
    paths = {each: posts(text=text) for each in ("/feedback", "/summarize", "/shutdown", "/notes")}
    found = described(answering, document(paths))
    assert found is not None
    assert found.request.path == "/summarize"
    assert found.declined == {
        "generation.empty-refused": "an empty text returned 200, and nothing forbids it"
    }
    assert "/shutdown" not in seen


@pytest.mark.parametrize("taken", ["text", "instances"])
def test_without_any_description_usual_paths_and_fields_are_tried(taken: str) -> None:
    """As of a Flask service with one route."""

    def answering(method: str, path: str, body: Any) -> Response:
        fits = (method, path) == ("POST", "/predict") and taken in (body or {})
        return Response(200, {"label": 1}) if fits else REFUSED

    found = described(answering)
    assert found is not None
    assert (found.request.path, [*found.request.body]) == ("/predict", [taken])


def test_a_service_that_only_reads_is_asked_for_what_it_links_to() -> None:
    """JSON before pages for people, and nothing that sounds harmful."""
    links = '<a href="/about"></a><a href="http://[bad/"></a><a href="/logout"></a>'

    def answering(method: str, path: str, _: Any) -> Response:
        seen.append(path)
        pages: dict[str, Any] = {
            "/": links.encode(),
            "/about": b"<a href='/plants'></a>",
            "/plants": [1, 2],
        }
        return Response(200, pages[path]) if method == "GET" and path in pages else REFUSED

    seen: list[str] = []

    found = described(answering)
    assert found is not None
    assert found.request == ValidRequest(path="/plants", method="GET")
    assert "/logout" not in seen


def test_where_nothing_succeeds_there_is_no_work() -> None:
    """The file then says so."""
    assert described(lambda *_: REFUSED) is None


@pytest.mark.parametrize(
    "operation",
    [
        {"post": {"requestBody": {"content": {"application/json": {"schema": True}}}}},
        {"post": {"parameters": {"name": "not a list"}}},
        {"post": {"requestBody": {"content": {"application/json": {"examples": [1]}}}}},
        posts(text={"type": "string", "minLength": "many"}),
    ],
)
def test_an_operation_that_is_malformed_does_not_hide_the_others(operation: Any) -> None:
    """A document of careless people is what most have."""
    paths = {"/bad": operation, "/summarize": posts(text={"type": "string"})}
    found = described(lambda *_: Response(200, {"ok": True}), document(paths))
    assert found is not None
    assert found.request.path == "/summarize"


def test_an_error_that_is_answered_200_is_not_the_work() -> None:
    """And what says 200 to every path tells nothing."""

    def answering(_: str, path: str, __: Any) -> Response:
        return Response(200, {"error": "no such language"} if path == "/translate" else {"ok": 1})

    text = {"type": "string"}
    paths = {"/translate": posts(text=text), "/analyze": posts(text=text)}
    found = described(answering, document(paths))
    assert found is not None
    assert found.request.path == "/analyze"
    assert described(lambda *_: Response(200, {"ok": 1})) is None


def test_a_request_that_ends_the_service_is_named() -> None:
    """The search cannot go on without it."""
    paths = {"/generate": posts(text={"type": "string"})}

    def answering(method: str, path: str, _: Any) -> Response:
        if method == "POST":
            ended.append(path)
        if ended:
            raise HangUp
        return REFUSED

    ended: list[str] = []
    with pytest.raises(work_search.Ended, match="POST /generate"):
        described(answering, document(paths))


def test_an_echo_is_not_the_output() -> None:
    """What was sent was not made."""

    def answering(_: str, path: str, body: Any) -> Response:
        fits = path == "/generate" and isinstance(body, dict)
        return Response(200, {"text": body.get("text"), "made": 1}) if fits else REFUSED

    found = described(answering, document({"/generate": posts(text={"type": "string"})}))
    assert found is not None
    assert found.request.output is None


@pytest.mark.parametrize("unique", [True, False])
def test_a_text_that_is_accepted_once_only_is_sent_once_only(unique: bool) -> None:
    """Such as a name: whatever is sent again has another one."""
    taken: set[str] = set()

    def answering(_: str, path: str, body: Any) -> Response:
        if path != "/tenants" or not isinstance(body, dict) or not body.get("name"):
            return REFUSED
        if unique and body["name"] in taken:
            return Response(409, {"error": "it is there already"})
        taken.add(body["name"])
        return Response(201, {})

    found = described(answering, document({"/tenants": posts(name={"type": "string"})}))
    assert found is not None
    assert (found.request.text, found.request.text_unique) == ("/name", unique)
    assert ("text_unique" in found.notes) == unique
