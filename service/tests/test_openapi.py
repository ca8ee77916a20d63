"""The OpenAPI document: committed, complete and closed."""

import json
from pathlib import Path
from typing import Any

import pytest

from gpt2_service.openapi import document

COMMITTED = Path(__file__).parents[2] / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(document())
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for path in DOCUMENT["paths"].values()
    for operation in path.values()
]


def test_the_committed_document_is_up_to_date() -> None:
    """After a change: `python -m gpt2_service.openapi > openapi.json`."""
    assert COMMITTED.read_text(encoding="utf-8") == document()


def test_operation_ids_are_stable() -> None:
    """Clients are generated from these."""
    ids = {param.id for param in OPERATIONS}
    assert ids == {
        "getRoot",
        "getHealth",
        "getDetailedHealth",
        "getMetrics",
        "generate",
        "listHistory",
        "getRecord",
    }


OTHER_KINDS = {
    ("getMetrics", "200"): {"text/plain"},
    ("generate", "200"): {"application/json", "text/event-stream"},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_response_has_a_body_and_a_request_id(operation: dict[str, Any]) -> None:
    """Errors included; what can go wrong everywhere is documented everywhere."""
    assert {"414", "431", "500"} <= set(operation["responses"])
    for status, response in operation["responses"].items():
        kinds = set(response["content"])
        assert kinds == OTHER_KINDS.get((operation["operationId"], status), {"application/json"})
        if "application/json" in kinds:
            assert "$ref" in response["content"]["application/json"]["schema"]
        assert "X-Request-ID" in response["headers"]


def test_operations_that_tell_of_the_use_want_a_key() -> None:
    """And document how that is refused; no key is among the ways in, for here there are none."""
    guarded = {"generate", "listHistory", "getRecord", "getMetrics", "getDetailedHealth"}
    for operation in (each for path in DOCUMENT["paths"].values() for each in path.values()):
        documented = {"401", "403"} & set(operation["responses"])
        if operation["operationId"] in guarded:
            assert operation["security"] == [{}, {"apiKey": []}, {"bearer": []}]
            assert documented == {"401", "403"}
            assert "WWW-Authenticate" in operation["responses"]["401"]["headers"]
        else:
            assert "security" not in operation
            assert documented == set()
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"apiKey", "bearer"}


def test_every_schema_is_closed() -> None:
    """An undocumented key would be a breach."""
    schemas = DOCUMENT["components"]["schemas"]
    assert all(schema["additionalProperties"] is False for schema in schemas.values())


def test_constraints_are_documented() -> None:
    """Validators must not hide them."""
    schemas = DOCUMENT["components"]["schemas"]
    request = schemas["GenerateRequest"]["properties"]
    assert (request["prompt"]["minLength"], request["prompt"]["maxLength"]) == (1, 500)
    assert (request["max_length"]["minimum"], request["max_length"]["maximum"]) == (10, 200)
    assert request["max_length"]["default"] == 50
    assert schemas["Record"]["properties"]["created_at"]["format"] == "date-time"
    parameters = DOCUMENT["paths"]["/history"]["get"]["parameters"]
    limit = next(item["schema"] for item in parameters if item["name"] == "limit")
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 50)
    since = next(item["schema"] for item in parameters if item["name"] == "created_from")
    assert {"type": "string", "format": "date-time"} in since["anyOf"]


def test_the_stream_is_documented() -> None:
    """Beside the JSON answer, by the schema of its events; each holds JSON of a closed schema."""
    responses = DOCUMENT["paths"]["/generate"]["post"]["responses"]
    assert set(responses["200"]["content"]) == {"application/json", "text/event-stream"}
    kinds = responses["200"]["content"]["text/event-stream"]["schema"]["oneOf"]
    assert [kind["properties"]["event"]["const"] for kind in kinds] == ["token", "record", "error"]
    schemas = [kind["properties"]["data"]["contentSchema"] for kind in kinds]
    assert schemas[1] == {"$ref": "#/components/schemas/Record"}
    assert schemas[0]["additionalProperties"] is schemas[2]["additionalProperties"] is False


def test_back_pressure_is_documented() -> None:
    """Each status that asks for another attempt says when."""
    responses = DOCUMENT["paths"]["/generate"]["post"]["responses"]
    assert {"429", "503", "504"} < set(responses)
    for status in ("429", "503"):
        assert responses[status]["headers"]["Retry-After"]["required"] is True
