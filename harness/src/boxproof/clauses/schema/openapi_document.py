"""The OpenAPI document, and that it describes the work that is done."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.operations import ID, NAMED_PART, Operation, path_pattern
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause, Level
from boxproof.endpoint import Endpoint
from boxproof.probes.answer_shape import shape_of
from boxproof.probes.base_path import base_path
from boxproof.probes.client import Client
from boxproof.probes.fuzzing import VIOLATES_SCHEMA
from boxproof.probes.messages import Answer
from boxproof.probes.served_document import document_in


@clause(
    "schema.openapi-valid",
    Level.MUST,
    "The service MUST serve a valid OpenAPI document that describes its work.",
    promised=lambda config: config.schema is not None,
)
def openapi_valid(
    http: Client, config: Config, openapi_problem: Callable[[dict[str, Any]], str]
) -> None:
    assert config.schema is not None
    answer = http.get(config.schema.path)
    require(
        answer.status == 200, f"the document returned {answer.status}, not 200", answer.evidence()
    )
    document = document_in(answer)
    problem = openapi_problem(document)
    require(not problem, f"the document is not valid OpenAPI: {problem}", answer.evidence()[:1])
    below = base_path(document, config.schema.path, http.endpoint())
    require(
        described(config.work, document, below) is not None,
        f"the document does not describe {config.work.method} {config.work.path}",
        answer.evidence()[:1],
    )


@clause(
    "schema.work-documented",
    Level.MUST,
    "The answer to valid work MUST match the schema that the OpenAPI document gives for it.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
)
def work_documented(first_answer: Answer, http: Client, config: Config, shapes: Shapes) -> None:
    # What is drawn from the document need not be work: of a model that nobody has, it is a 404.
    assert config.schema is not None
    work, document = config.work, shapes.document
    if not work.is_success(first_answer.status):
        raise NotJudged(f"work returned {first_answer.status}", Cause.RESTS_ON)
    if first_answer.cut:
        raise NotJudged("the answer to work is too large to be read", Cause.UNDECIDED)
    path = described(work, document, base_path(document, config.schema.path, http.endpoint()))
    if path is None:
        raise NotJudged(f"the document does not describe {work.method} {work.path}", Cause.RESTS_ON)
    mismatch = shapes.mismatch_of_operation(first_answer, path, work.method.lower())
    if mismatch:
        operation = f"{work.method} {path}"
        found = Finding(
            summary=f"the answer to {operation} does not match its documented schema: {mismatch}",
            evidence=first_answer.evidence(),
            operation=operation,
            head=_head(first_answer, mismatch),
        )
        raise Breach(found.summary, found.evidence, findings=[found])


def _head(answer: Answer, mismatch: str) -> str:
    """As drawn requests are told of that are answered so: one cause."""
    # A validator's message begins with what does not match.
    if mismatch.startswith("null "):
        return f"{VIOLATES_SCHEMA}: null"
    shape = shape_of(answer.status, answer.headers.get("Content-Type", ""), answer.body)
    return f"{VIOLATES_SCHEMA}: {answer.status} {shape}"


def operation_of(
    request: Operation, config: Config, document: Mapping[str, Any], endpoint: Endpoint
) -> Mapping[str, Any]:
    """What the document says of the operation that a request asks for; empty if it is not there."""
    if config.schema is None:
        return {}
    path = described(request, document, base_path(document, config.schema.path, endpoint))
    found = {} if path is None else document["paths"][path][request.method.lower()]
    return found if isinstance(found, Mapping) else {}


def described(work: Operation, document: Mapping[str, Any], below: str = "") -> str | None:
    """The document's own path of the operation that work asks for, whatever it calls its parts.

    Args:
        below: what the document's paths lie below.
    """

    def filled(found: re.Match[str]) -> str:
        return quote(str(work.parameters.get(found[1], ID)), safe="")

    asked = NAMED_PART.sub(filled, work.path.partition("?")[0])
    paths = document.get("paths")
    found = (
        path
        for path, operations in (paths if isinstance(paths, Mapping) else {}).items()
        if isinstance(operations, Mapping)
        and work.method.lower() in operations
        and re.fullmatch(path_pattern(below + path), asked)
    )
    # One that is spelled out comes before one with parts that are named.
    return min(found, key=lambda path: path.count("{"), default=None)
