"""An answer's shape is compared with what the OpenAPI document says of its status."""

import json

import pytest
from apps.document import openapi

from boxproof.clauses.shapes import Shapes
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request

ERROR = {"detail": "No"}
JSON = "application/json"


def answer(status: int, body: object, media: str = JSON) -> Answer:
    """An answer of a service."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(
        Request("GET", Endpoint("http://x"), "/"),
        status,
        {"Content-Type": media},
        text.encode(),
        0.0,
    )


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (answer(404, ERROR), ""),
        (answer(404, ERROR, "application/problem+json; charset=utf-8"), ""),
        (answer(404, {"error": "No"}), "Additional properties"),
        (answer(404, {"detail": 1}), "is not of type"),
        (answer(404, ERROR, "text/html"), "'text/html', not JSON"),
        (answer(404, "<html>"), "not JSON"),
    ],
)
def test_an_answer_needs_the_shape_that_its_status_documents(seen: Answer, said: str) -> None:
    """Media type, JSON and schema."""
    mismatch = Shapes(openapi()).mismatch(seen)
    assert said in mismatch
    assert bool(said) == bool(mismatch)


def test_what_another_status_documents_says_nothing_of_an_answer() -> None:
    """An undocumented status may have any body: a framework's own 404 need not be its 422."""
    shapes = Shapes(openapi())
    assert shapes.mismatch(answer(413, {"detail": ["other"]})) == ""
    assert shapes.mismatch(answer(413, "<html>", "text/html")) == ""


def test_one_of_several_documented_shapes_is_enough() -> None:
    """Operations may describe the same status differently."""
    document = openapi()
    other = {"type": "object", "required": ["error"]}
    responses = document["paths"]["/say"]["post"]["responses"]
    responses["404"] = {"description": "", "content": {JSON: {"schema": other}}}
    assert Shapes(document).mismatch(answer(404, {"error": "No"})) == ""
    assert Shapes(document).mismatch(answer(404, ERROR)) == ""
    assert Shapes(document).mismatch(answer(404, {})) != ""


def test_answers_that_stand_behind_a_reference_are_found() -> None:
    """Documents share their errors under components."""
    document = openapi()
    shared = {"description": "", "content": {JSON: {"schema": {"required": ["error"]}}}}
    document["components"]["responses"] = {"Missing": shared}
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"]["404"] = {"$ref": "#/components/responses/Missing"}
    assert Shapes(document).mismatch(answer(404, ERROR)) != ""


@pytest.mark.parametrize("document", [{}, {"paths": {"/": {"get": {}, "summary": "x"}}}])
def test_without_a_documented_shape_any_is_right(document: dict[str, object]) -> None:
    """What is not promised is not asked for."""
    assert Shapes(document).mismatch(answer(404, ["anything"])) == ""
    assert Shapes(document).mismatch(answer(404, "plain", "text/plain")) == ""


def test_swagger_gives_the_shape_without_its_media_type() -> None:
    """And its references lead to ``definitions``."""
    error = {"description": "no", "schema": {"$ref": "#/definitions/Error"}}
    document = {
        "swagger": "2.0",
        "paths": {"/": {"get": {"responses": {"404": error}}}},
        "definitions": {"Error": {"type": "object", "required": ["code"]}},
    }
    assert "required" in Shapes(document).mismatch(answer(404, ERROR))
    assert Shapes(document).mismatch(answer(404, {"code": 1})) == ""


@pytest.mark.parametrize(
    "described",
    [
        {"$ref": "https://schemas.example.org/all.yaml#/components/responses/Missing"},
        {"$ref": "#Missing"},
        {"description": "", "content": {JSON: {"schema": {"$ref": "https://example.org/a.yaml"}}}},
        {
            "description": "",
            "content": {
                JSON: {"schema": {"properties": {"detail": {"$ref": "https://example.org/a.yaml"}}}}
            },
        },
    ],
)
def test_a_shape_that_is_described_elsewhere_may_be_any(described: object) -> None:
    """No other server is asked for it; an anchor is not a JSON pointer."""
    document = {"openapi": "3.0.2", "paths": {"/a": {"get": {"responses": {"404": described}}}}}
    assert Shapes(document).mismatch(answer(404, {"detail": 1})) == ""


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (("200",), "required"),
        (("2XX", "default"), "required"),
        (("default",), "required"),
        (("201",), ""),
    ],
)
def test_what_one_operation_documents_is_taken_by_its_status(
    statuses: tuple[str, ...], said: str
) -> None:
    """The status itself, its class, or what is said of all others."""
    document = openapi()
    operation = document["paths"]["/say"]["post"]
    operation["responses"] = dict.fromkeys(statuses, operation["responses"]["200"])
    mismatch = Shapes(document).mismatch_of_operation(answer(200, {"id": "a"}), "/say", "post")
    assert said in mismatch
    assert bool(said) == bool(mismatch)


@pytest.mark.parametrize(
    ("version", "schema", "said"),
    [
        ({"openapi": "3.0.3"}, {"type": "string", "nullable": True}, ""),
        ({"openapi": "3.0.3"}, {"type": "string"}, "null"),
        ({"openapi": "3.1.0"}, {"type": ["string", "null"]}, ""),
        ({"openapi": "3.2.0"}, {"type": "string"}, "null"),
        ({"openapi": "3.0.3"}, {"enum": ["a"], "type": "string", "nullable": True}, ""),
        ({"openapi": "3.0.3"}, {"allOf": [{"type": "string"}], "nullable": True}, ""),
        ({"swagger": "2.0"}, {"type": "string", "x-nullable": True}, ""),
    ],
)
def test_null_is_taken_as_the_version_of_the_document_says_it(
    version: dict[str, str], schema: dict[str, object], said: str
) -> None:
    """OpenAPI 3.0 and Swagger 2.0 have words of their own for it."""
    thing = {"type": "object", "properties": {"seed": schema}}
    of_swagger = "swagger" in version
    response = {"schema": thing} if of_swagger else {"content": {JSON: {"schema": thing}}}
    document = {**version, "paths": {"/a": {"get": {"responses": {"200": response}}}}}
    mismatch = Shapes(document).mismatch(answer(200, {"seed": None}))
    assert said in mismatch
    assert bool(said) == bool(mismatch)


def documenting(response: object, version: str = "3.0.3") -> Shapes:
    """A document of one operation that names one response."""
    operation = {"responses": {"200": response}}
    return Shapes({"openapi": version, "paths": {"/a": {"get": operation}}})


def content(**schemas: object) -> dict[str, object]:
    return {"content": {name.replace("_", "/"): {"schema": each} for name, each in schemas.items()}}


TEXT = {"type": "string"}
OBJECT = {"type": "object", "required": ["id"]}


@pytest.mark.parametrize(
    ("response", "seen"),
    [
        (content(application_json=OBJECT, text_plain=TEXT), answer(200, "x", "text/plain")),
        (content(application_json=OBJECT), answer(200, "data: 1", "text/event-stream")),
        (
            content(**{"application_x-ndjson": OBJECT}),
            answer(200, "{}\n{}", "application/x-ndjson"),
        ),
        (content(application_json=True), answer(200, {})),
        (content(application_xml=OBJECT), answer(200, {})),
        (
            content(
                application_json={
                    "required": ["id", "key"],
                    "properties": {"key": {"type": "string", "writeOnly": True}},
                }
            ),
            answer(200, {"id": 1}),
        ),
        (None, answer(200, {})),
        ({"content": None}, answer(200, {})),
    ],
)
def test_what_cannot_be_compared_is_no_mismatch(response: object, seen: Answer) -> None:
    """Streams, other media types, what requests alone need, what another clause tells of."""
    assert documenting(response).mismatch_of_operation(seen, "/a", "get") == ""


@pytest.mark.parametrize(
    "media", ["application/json", "*/*", "application/*", "application/a+json"]
)
def test_json_is_compared_whatever_the_document_calls_it(media: str) -> None:
    """As generators do that know no better."""
    shapes = documenting({"content": {media: {"schema": OBJECT}}})
    assert "id" in shapes.mismatch_of_operation(answer(200, {}), "/a", "get")


def test_what_stands_below_a_nullable_schema_is_still_found() -> None:
    """Other schemas may refer to it."""
    things = {"P": {"type": "object", "nullable": True, "properties": {"a": TEXT}}}
    schema = {"properties": {"b": {"$ref": "#/components/schemas/P/properties/a"}}}
    document = {
        "openapi": "3.0.3",
        "components": {"schemas": things},
        "paths": {"/a": {"get": {"responses": {"200": content(application_json=schema)}}}},
    }
    assert "type" in Shapes(document).mismatch_of_operation(answer(200, {"b": 1}), "/a", "get")


@pytest.mark.parametrize(
    "paths", [None, {"x-internal": True}, {"/a": None}, {"/a": {"get": {}}}, {"/a": {"get": None}}]
)
def test_a_document_that_says_less_than_it_should_is_no_crash(paths: object) -> None:
    """It may be anybody's."""
    shapes = Shapes({"openapi": "3.1.0", "paths": paths})
    assert shapes.mismatch(answer(404, {})) == ""
    assert shapes.mismatch_of_operation(answer(200, {}), "/a", "get") == ""
