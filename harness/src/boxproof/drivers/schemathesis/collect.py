"""Turns what Schemathesis recorded of its cases into plain records."""

from collections import Counter
from collections.abc import Collection, Mapping

import requests
from schemathesis.core.errors import InvalidSchema, RefResolutionError, UnresolvableReference
from schemathesis.core.transport import Response
from schemathesis.engine import events
from schemathesis.engine.errors import (
    ServerUnavailable,
    UnhealthyAPIError,
    UnresponsiveOperationError,
)
from schemathesis.engine.recorder import CheckNode, Request, ScenarioRecorder
from schemathesis.generation.hypothesis.reporting import UnsatisfiableSchema
from schemathesis.openapi.checks import MissingContentType

from boxproof.drivers.schemathesis.causes import cause_of
from boxproof.probes.answer_shape import shape_of
from boxproof.probes.fuzzing import (
    NO_ANSWER,
    STRICT_JSON,
    UNUSABLE,
    Failure,
    Received,
    Sent,
    smallest,
)

#: Added by Schemathesis for correlation, other at every run.
CASE_HEADER = "x-schemathesis-testcaseid"
#: What the outage that ends a run may have been caused by.
LAST_REQUESTS = 3
BODY_BYTES = 2_000

SERVER_ERROR = "not_a_server_error"
STATUS = "status_code_conformance"
MEDIA_TYPE = "content_type_conformance"
BODY = "response_schema_conformance"
#: Statuses of answers that have no body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).
WITHOUT_CONTENT = (204, 205, 304)
#: What an answer that fails one check fails as well, most often: one fault, one finding.
FOLLOWS: Mapping[str, Collection[str]] = {
    SERVER_ERROR: {
        STATUS,
        MEDIA_TYPE,
        "response_headers_conformance",
        BODY,
        "unsupported_method",
        "missing_required_header",
        STRICT_JSON,
    },
    # Swagger 2.0 names media types for all of its answers; this one is none of them.
    STATUS: {MEDIA_TYPE},
    STRICT_JSON: {BODY},
}

#: A service's fault although no answer is there to be checked.
SILENCES = (ServerUnavailable, UnhealthyAPIError, UnresponsiveOperationError)
#: The document's fault.
UNUSABLES = (InvalidSchema, RefResolutionError, UnresolvableReference, UnsatisfiableSchema)


def cases(recorder: ScenarioRecorder) -> Counter[str]:
    """How many requests each operation got."""
    return Counter(
        recorder.cases[case_id].value.operation.label
        for case_id in recorder.interactions
        if case_id in recorder.cases
    )


def statuses(recorder: ScenarioRecorder) -> dict[str, Counter[str]]:
    """How often each operation returned each status."""
    found: dict[str, Counter[str]] = {}
    for case_id, interaction in recorder.interactions.items():
        if case_id in recorder.cases and interaction.response is not None:
            operation = recorder.cases[case_id].value.operation.label
            found.setdefault(operation, Counter())[str(interaction.response.status_code)] += 1
    return found


def failures(recorder: ScenarioRecorder, phase: str) -> tuple[Failure, ...]:
    """The checks that failed, one for each operation and cause."""
    return smallest(
        _failure(recorder, case_id, check, phase)
        for case_id, checks in recorder.checks.items()
        for check in _telling(checks, _answer(recorder, case_id))
    )


def last_requests(recorder: ScenarioRecorder) -> tuple[Sent, ...]:
    """The requests that were sent last."""
    interactions = list(recorder.interactions.values())
    return tuple(_sent(each.request) for each in interactions[-LAST_REQUESTS:])


def problem(event: events.NonFatalError, last: tuple[Sent, ...]) -> Failure | None:
    """A failure where the error is the service's or its document's, None where it is the tool's."""
    error = event.value
    phase = str(event.phase.value) if event.phase else ""
    operation = event.label if event.related_to_operation else ""
    if _is_silence(error):
        request = getattr(error, "request", None)
        sent = (_prepared(request),) if isinstance(request, requests.PreparedRequest) else last
        return Failure(NO_ANSWER, operation, phase, "No answer", _first_line(error), sent)
    # A sequence of requests may meet several such errors at once.
    found = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
    if all(isinstance(each, UNUSABLES) for each in found):
        title = "The document says nothing that a request can be made of"
        return Failure(UNUSABLE, operation, phase, title, str(found[0]))
    return None


def _is_silence(error: Exception) -> bool:
    # Those that are also a ValueError (a URL or header that cannot be sent) never left the client.
    network = isinstance(error, requests.RequestException) and not isinstance(error, ValueError)
    return network or isinstance(error, SILENCES)


def _telling(checks: list[CheckNode], answer: Response | None) -> list[CheckNode]:
    """The failed checks of one case; what follows from another of them is not told as well."""
    failed = [each for each in checks if each.failure_info is not None]
    following = {name for each in failed for name in FOLLOWS.get(each.name, ())}
    failed = [each for each in failed if each.name not in following]
    if answer is None or answer.content:
        return failed
    untyped = [each for each in failed if _is_untyped(each)]
    if untyped and answer.status_code in WITHOUT_CONTENT:
        return [each for each in failed if each not in untyped]
    return [each for each in failed if each.name != BODY] if untyped else failed


def _is_untyped(check: CheckNode) -> bool:
    """Whether it failed for want of a media type."""
    return check.failure_info is not None and isinstance(
        check.failure_info.failure, MissingContentType
    )


def _failure(recorder: ScenarioRecorder, case_id: str, check: CheckNode, phase: str) -> Failure:
    info = check.failure_info
    assert info is not None
    chain = [step.case_id for step in info.steps] or [case_id]
    # The step that failed comes last; its answer is the one to show.
    ordered = [each for each in chain if each != case_id] + [case_id]
    interactions = [
        recorder.interactions[each] for each in ordered if each in recorder.interactions
    ]
    response = interactions[-1].response if interactions else None
    answer = None if response is None else _received(response)
    body = b"" if response is None else response.content or b""
    common, detail = cause_of(info.failure, recorder.cases[case_id].value, answer, body)
    return Failure(
        check=check.name,
        operation=info.failure.operation or recorder.label,
        phase=phase,
        title=info.failure.title,
        message=info.failure.message,
        requests=tuple(_sent(each.request) for each in interactions),
        answer=answer,
        common=common,
        detail=detail,
    )


def _answer(recorder: ScenarioRecorder, case_id: str) -> Response | None:
    interaction = recorder.interactions.get(case_id)
    return None if interaction is None else interaction.response


def _sent(request: Request) -> Sent:
    headers = {name: values[0] for name, values in request.headers.items() if values}
    return Sent(request.method, request.uri, plain_headers(headers), request.body)


def _prepared(request: requests.PreparedRequest) -> Sent:
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return Sent(request.method or "GET", request.url or "", plain_headers(request.headers), body)


def plain_headers(headers: Mapping[str, str | bytes]) -> tuple[tuple[str, str], ...]:
    """The headers of a request as text, without what only names its case."""
    return tuple(
        (name, value.decode("latin-1") if isinstance(value, bytes) else str(value))
        for name, value in headers.items()
        if name.lower() != CASE_HEADER
    )


def _received(response: Response) -> Received:
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    body = response.content or b""
    media = next((each for name, each in headers.items() if name.lower() == "content-type"), "")
    shape = shape_of(response.status_code, media, body)
    return Received(response.status_code, headers, body[:BODY_BYTES], shape)


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
