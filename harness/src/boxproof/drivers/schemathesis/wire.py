"""What the harness and the fuzzing process tell each other: JSON, one object a line.

The first line goes in: a :class:`Job`. Everything else comes out, as objects with a ``kind``:
``exchange`` (one request has ended), ``elsewhere`` (references that are not followed),
``operations`` (how many there are), ``phase`` (one phase is over), ``document`` (the document
cannot be used), ``covered`` (what of it was covered), ``spent`` (nothing more may be sent),
``outage`` (the service ceased to do its work), ``end``.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from boxproof.core.document_coverage import (
    KeywordCoverage,
    OperationCoverage,
    ParameterCoverage,
)
from boxproof.core.redaction import Hidden
from boxproof.core.request_quota import RequestQuota
from boxproof.endpoint import Credential, Endpoint, ExchangeLimits, Secret, Tls
from boxproof.probes.fuzzing import Failure, Phase, Received, Sent


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which requests the service may refuse although its document allows them.

    ``method`` and ``path``, a regular expression, name the work; ``text`` is a JSON pointer into
    its body.
    """

    method: str
    path: str
    text: str
    words: tuple[str, ...]
    status: int
    inside_words: bool


@dataclass(frozen=True, slots=True)
class Records:
    """Which operation makes a record, and which reads it; ``id`` is a JSON pointer in the answer.

    ``path`` and ``read_path`` are paths with names in them, ``{id}`` in the latter; ``status`` is
    every status of success.
    """

    method: str
    path: str
    status: tuple[int, ...]
    id: str
    read_path: str


@dataclass(frozen=True, slots=True)
class Job:
    """One fuzz run: where, what, how much and for how long."""

    endpoint: Endpoint
    document_path: str
    seed: int
    max_examples: int
    limit_seconds: float
    refusal: Refusal | None = None
    records: tuple[Records, ...] = ()

    @property
    def only_reads(self) -> bool:
        """Whether nothing may be sent but what reads."""
        return self.endpoint.quota is not None and not self.endpoint.quota.writes

    def to_line(self) -> str:
        """The job as a line, values of credentials included: for a pipe, not for a file."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        data["endpoint"] = _endpoint_out(self.endpoint)
        return json.dumps(data, default=asdict) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "Job":
        """The job that a line holds."""
        data = json.loads(line)
        refusal, records = data.pop("refusal"), data.pop("records")
        endpoint = _endpoint_in(data.pop("endpoint"))
        if refusal is not None:
            refusal = Refusal(**{**refusal, "words": tuple(refusal["words"])})
        kinds = tuple(Records(**{**each, "status": tuple(each["status"])}) for each in records)
        return cls(endpoint, **data, refusal=refusal, records=kinds)


def message(kind: str, **data: Any) -> str:
    """One line out; ASCII, so that a lone surrogate survives any pipe."""
    return json.dumps({"kind": kind, **data}) + "\n"


def phase_out(phase: Phase) -> dict[str, Any]:
    """A phase as JSON."""
    return {**asdict(phase), "cases": dict(phase.cases)}


def phase_in(data: Mapping[str, Any]) -> Phase:
    """A phase from JSON."""
    return Phase(**data)


def covered_in(data: Mapping[str, Any]) -> OperationCoverage:
    """What was covered of an operation, from JSON."""
    return OperationCoverage(
        operation=data["operation"],
        cases=data["cases"],
        documented=tuple(data["documented"]),
        statuses=data["statuses"],
        parameters=tuple(ParameterCoverage(**each) for each in data["parameters"]),
        keywords=tuple(KeywordCoverage(**each) for each in data["keywords"]),
    )


def failure_out(failure: Failure, endpoint: Endpoint) -> dict[str, Any]:
    """A failure as JSON, without a value of the endpoint's credentials.

    Bodies are base64, since they may hold anything.
    """
    failure = replace(
        failure,
        message=endpoint.redacted(failure.message),
        common=endpoint.redacted(failure.common),
        detail=endpoint.redacted(failure.detail),
        requests=tuple(_without_values(each, endpoint) for each in failure.requests),
        answer=failure.answer and _redacted(failure.answer, endpoint),
    )
    return {
        "check": failure.check,
        "operation": failure.operation,
        "phase": failure.phase,
        "title": failure.title,
        "message": failure.message,
        "common": failure.common,
        "detail": failure.detail,
        "seen": failure.seen,
        "requests": [_sent_out(each) for each in failure.requests],
        "answer": _received_out(failure.answer),
    }


def failure_in(data: Mapping[str, Any], endpoint: Endpoint) -> Failure:
    """A failure from JSON; its requests name the endpoint's credentials that they had."""
    return Failure(
        check=data["check"],
        operation=data["operation"],
        phase=data["phase"],
        title=data["title"],
        message=data["message"],
        common=data["common"],
        detail=data["detail"],
        seen=data["seen"],
        requests=tuple(_sent_in(each, endpoint) for each in data["requests"]),
        answer=_received_in(data["answer"]),
    )


def _sent_out(sent: Sent) -> dict[str, Any]:
    return {
        "method": sent.method,
        "url": sent.url,
        "headers": [list(each) for each in sent.headers],
        "body": None if sent.body is None else _bytes_out(sent.body),
        "credentials": [each.name for each in sent.credentials],
    }


def _sent_in(data: Mapping[str, Any], endpoint: Endpoint) -> Sent:
    return Sent(
        method=data["method"],
        url=data["url"],
        headers=tuple((name, value) for name, value in data["headers"]),
        body=None if data["body"] is None else base64.b64decode(data["body"]),
        credentials=tuple(
            each for each in endpoint.credentials if each.name in data["credentials"]
        ),
        tls=endpoint.tls,
    )


def _received_out(received: Received | None) -> dict[str, Any] | None:
    if received is None:
        return None
    return {
        "status": received.status,
        "headers": dict(received.headers),
        "body": _bytes_out(received.body),
        "shape": received.shape,
    }


def _received_in(data: Mapping[str, Any] | None) -> Received | None:
    if data is None:
        return None
    body = base64.b64decode(data["body"])
    return Received(data["status"], data["headers"], body, data["shape"])


def _without_values(sent: Sent, endpoint: Endpoint) -> Sent:
    """The request with the credentials that it had by name, and their values nowhere."""
    had = tuple(
        each
        for each in endpoint.credentials
        if each.left_out(sent.url) != sent.url
        or (each.name.lower(), each.reveal()) in ((n.lower(), v) for n, v in sent.headers)
    )
    names = {each.name.lower() for each in had if not each.in_query}
    url = sent.url
    for each in had:
        url = each.left_out(url)
    return replace(
        sent,
        url=endpoint.redacted(url),
        headers=tuple(
            (name, endpoint.redacted(value))
            for name, value in sent.headers
            if name.lower() not in names
        ),
        credentials=had,
    )


def _redacted(received: Received, endpoint: Endpoint) -> Received:
    # Latin-1 keeps every byte as it is, and secrets are ASCII.
    text = endpoint.redacted(received.body.decode("latin-1"))
    headers = {name: endpoint.redacted(value) for name, value in received.headers.items()}
    body, shape = text.encode("latin-1"), endpoint.redacted(received.shape)
    return replace(received, headers=headers, body=body, shape=shape)


def _endpoint_out(endpoint: Endpoint) -> dict[str, Any]:
    quota = endpoint.quota
    return {
        "url": endpoint.url,
        "headers": [list(each) for each in endpoint.headers],
        "query": [list(each) for each in endpoint.query],
        "credentials": [
            {**asdict(each), "value": each.value.reveal()} for each in endpoint.credentials
        ],
        "hidden": [asdict(each) for each in endpoint.hidden],
        "tls": {**asdict(endpoint.tls), "ca_file": str(endpoint.tls.ca_file or "")},
        "limits": asdict(endpoint.limits),
        "quota": quota and {**asdict(quota), "file": str(quota.file)},
    }


def _endpoint_in(data: Mapping[str, Any]) -> Endpoint:
    ca_file, quota = data["tls"]["ca_file"], data["quota"]
    return Endpoint(
        url=data["url"],
        headers=tuple((name, value) for name, value in data["headers"]),
        query=tuple((name, value) for name, value in data["query"]),
        credentials=tuple(
            Credential(**{**each, "value": Secret(each["value"])}) for each in data["credentials"]
        ),
        hidden=tuple(Hidden(**each) for each in data["hidden"]),
        tls=Tls(**{**data["tls"], "ca_file": Path(ca_file) if ca_file else None}),
        limits=ExchangeLimits(**data["limits"]),
        quota=quota and RequestQuota(**{**quota, "file": Path(quota["file"])}),
    )


def _bytes_out(body: bytes) -> str:
    return base64.b64encode(body).decode("ascii")
