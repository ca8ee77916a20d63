"""What tells two failures of one check apart where their answers look the same."""

import json
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    JsonSchemaError,
    MissingHeaders,
    UndefinedStatusCode,
    UnsupportedMethodResponse,
)

from boxproof.drivers.schemathesis.causes import cause_of
from boxproof.probes import fuzzing
from boxproof.probes.fuzzing import Received

GIVEN: dict[str, Any] = {"operation": "GET /a", "message": "seen"}


NO_ALLOW = UnsupportedMethodResponse(
    method="PUT",
    status_code=405,
    allow_header_present=False,
    failure_reason="missing_allow_header",
    **GIVEN,
)


def mismatch(body: object) -> JsonSchemaError:
    """What is wrong with a body by the schema of a list of notes."""
    note = {"properties": {"id": {"type": "integer"}}, "required": ["id"]}
    schema = {"type": "array", "items": note}
    error = next(iter(jsonschema_rs.Draft202012Validator(schema).iter_errors(body)))
    return JsonSchemaError.from_exception(operation="GET /a", exc=error, root_schema=schema)


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        (mismatch([{"id": 1}, {"id": "x"}]), "type at /*/id"),
        (mismatch([{}]), "required at /*"),
        (mismatch({}), "type at /"),
        (MissingHeaders(missing_headers=["X-A", "X-B"], **GIVEN), "X-A, X-B"),
        (
            AllowHeaderMismatch(
                allow_header="GET", missing_methods=["PUT"], undocumented_methods=[], **GIVEN
            ),
            "too few methods",
        ),
        (
            AllowHeaderMismatch(
                allow_header="GET", missing_methods=[], undocumented_methods=["PUT"], **GIVEN
            ),
            "too many methods",
        ),
        (
            AcceptedNegativeData(status_code=200, expected_statuses=[], **GIVEN),
            "invalid request",
        ),
        (ServerError(status_code=500, **GIVEN), "in GET /a"),
        (ServerError(status_code=503, **GIVEN), ""),
        (Failure(**GIVEN), ""),
    ],
)
def test_a_cause_is_told_in_words_that_any_run_finds_again(failure: Failure, detail: str) -> None:
    """Nothing of one request stands in it; a mistake in the code of an operation is its own."""
    assert cause_of(failure, None, None)[1] == detail


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (
            UndefinedStatusCode(
                status_code=404, defined_status_codes=[], allowed_status_codes=[], **GIVEN
            ),
            ("404", "text/html"),
        ),
        (mismatch([{"id": None}]), ("null", "404 type at /*/id")),
        (mismatch({}), ("404 text/html", "type at /")),
        (NO_ALLOW, ("404, no Allow header", "text/html")),
        (
            AcceptedNegativeData(status_code=404, expected_statuses=[], **GIVEN),
            ("404", "invalid request"),
        ),
        (Failure(**GIVEN), ("404 text/html", "")),
    ],
)
def test_a_head_has_of_the_answer_what_the_check_looks_at(
    failure: Failure, cause: tuple[str, str]
) -> None:
    """What else there is tells causes under it apart, where it can."""
    assert cause_of(failure, None, Received(404, {}, b"", "text/html")) == cause


def test_heads_are_those_that_other_clauses_give_the_same_cause() -> None:
    """So a service that never sends the Allow header is told of one cause."""
    common, _ = cause_of(NO_ALLOW, None, Received(405, {}, b"", "text/html"))
    assert f"{NO_ALLOW.title}: {common}" == fuzzing.NO_ALLOW
    assert mismatch({}).title == fuzzing.VIOLATES_SCHEMA


def test_what_an_error_says_is_its_cause_whatever_operation_returned_it() -> None:
    """One database that is missing is one mistake, not one of each operation."""
    error = ServerError(status_code=500, **GIVEN)
    told = [
        cause_of(error, None, None, json.dumps({"detail": each}).encode())[1]
        for each in ("No database", "Internal Server Error")
    ]
    assert told == ["'No database'", "in GET /a"]
