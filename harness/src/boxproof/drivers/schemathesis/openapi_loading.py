"""Loads the service's OpenAPI document, or says in one line why it cannot be used."""

from typing import Any

import jsonschema_rs
import schemathesis.openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.core.errors import InvalidSchema, LoaderError
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.core.warnings import SchemathesisWarning
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import MissingHeaderNotRejected, RejectedPositiveData
from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.core.request_quota import SAFE_METHODS
from boxproof.drivers.openapi_validation import told
from boxproof.drivers.schemathesis.expected_refusals import is_rightful
from boxproof.drivers.schemathesis.record_links import add_links
from boxproof.drivers.schemathesis.references_elsewhere import MARK
from boxproof.drivers.schemathesis.wire import Job, Refusal
from boxproof.probes.base_path import base_path

#: Keywords of a schema that ask for nothing (JSON Schema Validation 2020-12, section 9).
ANNOTATIONS = {"title", "description", "default", "example", "examples"}


class DocumentProblem(Exception):
    """Nothing can be judged against this document; one line says why."""


def load(job: Job, config: SchemathesisConfig) -> OpenApiSchema:
    """The document, ready to run against the job's service, whether or not all of it is valid.

    Raises:
        DocumentProblem: it is missing, is not an OpenAPI document, or describes no operation.
    """
    url = job.endpoint.at(job.document_path)
    flaw = ""
    try:
        schema = schemathesis.openapi.from_url(
            url,
            config=config,
            headers=job.endpoint.every_header(),
            params=job.endpoint.secret_query(),
        )
        flaw = flaw_of(schema)
        # Before anything asks for an operation: each keeps the address that it was made with.
        below = base_path(schema.raw_schema, job.document_path, job.endpoint)
        schema.config.base_url = job.endpoint.url.rstrip("/") + below
        add_links(schema, job.records, below)
        operations = schema.statistic.operations.total
    except LoaderError as error:
        raise DocumentProblem(_line(error.message, *error.extras)) from None
    except InvalidSchema as error:
        raise DocumentProblem(flaw or _line(error.message)) from None
    except (AssertionError, AttributeError, TypeError) as error:
        # Schemathesis takes the version for text and paths for an object.
        said = _line("it has not the form of OpenAPI:", str(error))
        raise DocumentProblem(flaw or said) from None
    if operations == 0:
        raise DocumentProblem(flaw or "it describes no operation")
    for warning in schema.iter_schema_warnings():
        # Schemathesis passes over such an operation in silence.
        if warning.kind is SchemathesisWarning.UNRESOLVABLE_REFERENCE:
            raise DocumentProblem(_line(f"{warning.operation_label}:", warning.message))
    if job.only_reads:
        schema.filter_set.include(method=list(SAFE_METHODS))
    _forgive(schema, job.refusal)
    return schema


def flaw_of(schema: OpenApiSchema) -> str:
    """Where a document is not valid OpenAPI, in one line; or empty.

    What else it describes can be used all the same: one schema that nothing uses, or none but one
    operation, says nothing of the others.
    """
    try:
        schema.validate()
    except jsonschema_rs.ValidationError as error:
        return f"it is not valid OpenAPI {told(error)}"
    return ""


def _forgive(schema: OpenApiSchema, refusal: Refusal | None) -> None:
    """Drop the failures that are rightful refusals, before they could stand for others: of what
    the service may refuse, of requests that are valid as far as the document can be read, and of
    invalid ones in other words than the tool expects (413 for a text that is too long, say).
    """

    def filter_failure(
        context: HookContext, failure: Failure, case: Case[Any], response: Response
    ) -> bool:
        del context
        request = response.request
        if isinstance(failure, MissingHeaderNotRejected | AcceptedNegativeData):
            return not 400 <= response.status_code < 500
        if not isinstance(failure, RejectedPositiveData):
            return True
        if case.operation.definition.raw.get(MARK) or _is_open(case):
            return False
        return not is_rightful(
            refusal,
            method=request.method or "",
            url=request.url or "",
            body=request.body,
            status=response.status_code,
        )

    schema.hook(filter_failure)


def _is_open(case: Case[Any]) -> bool:
    """Whether the document says nothing of a body like the one sent: then it promises nothing."""
    schemas = {each.media_type: each.raw_schema for each in case.operation.body}
    sent = schemas.get(case.media_type or "", False)
    return sent is True or (isinstance(sent, dict) and sent.keys() <= ANNOTATIONS)


def _line(*parts: str) -> str:
    return " ".join(" ".join(parts).split())
