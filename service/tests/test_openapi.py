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
        "getReadiness",
        "getLiveness",
        "getDetailedHealth",
        "getMetrics",
        "generate",
        "listHistory",
        "getRecord",
        "deleteRecord",
        "deleteHistory",
        "listModels",
        "getModel",
        "createCompletion",
        "createChatCompletion",
    }


OTHER_KINDS = {
    ("getRoot", "200"): {"application/json", "text/html"},
    ("getMetrics", "200"): {"text/plain"},
    ("generate", "200"): {"application/json", "text/event-stream"},
    ("createCompletion", "200"): {"application/json", "text/event-stream"},
    ("createChatCompletion", "200"): {"application/json", "text/event-stream"},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_response_has_a_body_and_a_request_id(operation: dict[str, Any]) -> None:
    """No body for 204 alone; what can go wrong everywhere is documented everywhere."""
    assert {"414", "431", "500"} <= set(operation["responses"])
    for status, response in operation["responses"].items():
        assert "X-Request-ID" in response["headers"]
        if status == "204":
            assert "content" not in response
            continue
        kinds = set(response["content"])
        assert kinds == OTHER_KINDS.get((operation["operationId"], status), {"application/json"})
        if "application/json" in kinds:
            assert "$ref" in response["content"]["application/json"]["schema"]


def test_refusals_below_v1_are_openais() -> None:
    """A broken schema is 400 there, a wrong key 401, and every error has the envelope."""
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            errors = {
                status: each
                for status, each in operation["responses"].items()
                if status not in ("200", "204")
            }
            schemas = {
                response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                for response in errors.values()
            }
            if path.startswith("/v1/"):
                assert schemas == {"OpenAIError"}
                assert not {"403", "422"} & set(errors)
                assert ("400" in errors) == (operation["operationId"].startswith("create"))
            else:
                assert "OpenAIError" not in schemas


def test_operations_that_tell_of_the_use_want_a_key() -> None:
    """And document how that is refused; no key is among the ways in, for here there are none."""
    guarded = {"generate", "listHistory", "getRecord", "deleteRecord", "deleteHistory"}
    guarded |= {"getMetrics", "getDetailedHealth"}
    openai = {"listModels", "getModel", "createCompletion", "createChatCompletion"}
    for operation in (each for path in DOCUMENT["paths"].values() for each in path.values()):
        documented = {"401", "403"} & set(operation["responses"])
        if operation["operationId"] in guarded:
            assert operation["security"] == [{}, {"apiKey": []}, {"bearer": []}]
            assert documented == {"401", "403"}
            assert "WWW-Authenticate" in operation["responses"]["401"]["headers"]
        elif operation["operationId"] in openai:
            assert operation["security"] == [{}, {"apiKey": []}, {"bearer": []}]
            assert documented == {"401"}
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
    assert schemas["Record"]["properties"]["id"]["type"] == "integer"
    assert {"type": "null"} in schemas["Generated"]["properties"]["id"]["anyOf"]
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
    assert schemas[1] == {"$ref": "#/components/schemas/Generated"}
    assert schemas[0]["additionalProperties"] is schemas[2]["additionalProperties"] is False


def test_streams_below_v1_are_documented() -> None:
    """Chunks and errors are JSON of closed schemas, without references into nowhere."""
    for path in ("/v1/completions", "/v1/chat/completions"):
        content = DOCUMENT["paths"][path]["post"]["responses"]["200"]["content"]
        text, done = content["text/event-stream"]["schema"]["properties"]["data"]["anyOf"]
        assert done == {"const": "[DONE]"}
        for schema in text["contentSchema"]["oneOf"]:
            assert schema["additionalProperties"] is False
        assert "$ref" not in json.dumps(text)


def test_requests_name_the_model_that_is_served() -> None:
    """So that whoever follows the document is not told of an unknown model."""
    for name in ("CompletionRequest", "ChatCompletionRequest"):
        model = DOCUMENT["components"]["schemas"][name]["properties"]["model"]
        assert model["examples"] == ["scripted"]


def test_back_pressure_is_documented() -> None:
    """Each status that asks for another attempt says when."""
    responses = DOCUMENT["paths"]["/generate"]["post"]["responses"]
    assert {"429", "503", "504"} < set(responses)
    for status in ("429", "503"):
        assert responses[status]["headers"]["Retry-After"]["required"] is True
