"""The OpenAPI document of a service: where it lies, and which operations it describes."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery.sample_values import resolved
from boxproof.probes.base_path import base_path
from boxproof.probes.client import Client
from boxproof.probes.media_types import JSON
from boxproof.probes.served_document import document_in

#: Where frameworks serve it: FastAPI, BentoML, springdoc, ASP.NET, Flask extensions, MLServer,
#: Jupyter, pygeoapi.
PATHS = (
    "/openapi.json",
    "/docs.json",
    "/swagger.json",
    "/openapi.yaml",
    "/api/openapi.json",
    "/api/v1/openapi.json",
    "/v1/openapi.json",
    "/api/swagger.json",
    "/v3/api-docs",
    "/swagger/v1/swagger.json",
    "/apispec_1.json",
    "/apispec.json",
    "/v2/docs/dataplane.json",
    "/api/spec.yaml",
    "/openapi?f=json",
)
#: What reading something of another shape than OpenAPI has raises.
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation; ``place`` is ``path``, ``query``, ``header`` or ``cookie``."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a document describes it.

    Attributes:
        path: with that of the document's server before it.
        body: the schema of its body; None where it takes none.
        media_type: of that body.
        words: what it is called, in lower case: path, id, tags and summary.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Any] | None
    media_type: str
    words: str

    def placed(self, place: str) -> tuple[Parameter, ...]:
        """The parameters that stand there."""
        return tuple(each for each in self.parameters if each.place == place)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class ApiDocument:
    """A document that a service serves.

    Attributes:
        path: where.
        content: the whole of it.
    """

    path: str
    content: Mapping[str, Any]
    operations: tuple[Operation, ...]

    def at(self, method: str, path: str) -> Operation | None:
        """The operation of that method and path."""
        wanted = (method, path)
        return next((each for each in self.operations if (each.method, each.path) == wanted), None)


def find(client: Client) -> ApiDocument | None:
    """Look for the document at every place that is known; None where it is at none of them."""
    for path in PATHS:
        try:
            answer = client.get(path)
            content = document_in(answer) if answer.status == 200 else {}
        except (NoAnswer, UnusableAnswer):
            continue
        if is_document(content):
            below = base_path(content, path, client.endpoint())
            return ApiDocument(path, content, tuple(operations(content, below)))
    return None


def is_document(content: Mapping[str, Any]) -> bool:
    """Whether this is an OpenAPI or Swagger document; some servers say 200 to everything."""
    return ("openapi" in content or "swagger" in content) and isinstance(content.get("paths"), dict)


def operations(content: Mapping[str, Any], below: str = "") -> Iterator[Operation]:
    """Every operation of a document.

    Args:
        below: what its paths lie below.
    """
    for path, node in content["paths"].items():
        item = resolved(node, content)
        for method in METHODS:
            if isinstance(item.get(method), Mapping):
                # One that is malformed does not hide the others; a clause tells of it.
                with suppress(*MALFORMED):
                    yield _operation(content, below + path, method, item)


def _operation(
    content: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    described = item[method]
    raw = [*(item.get("parameters") or ()), *(described.get("parameters") or ())]
    parameters = [resolved(each, content) for each in raw]
    named = {(each.get("name"), each.get("in")): each for each in parameters}
    body, media_type = _body(content, described, parameters)
    words = [path, str(described.get("operationId", "")), str(described.get("summary", ""))]
    return Operation(
        method.upper(),
        path,
        tuple(_parameter(each) for each in named.values() if each.get("in") != "body"),
        body,
        media_type,
        " ".join([*words, *map(str, described.get("tags") or ())]).lower(),
    )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    schema = dict(described.get("schema") or described)
    if "example" in described:
        schema["example"] = described["example"]
    place = str(described.get("in"))
    return Parameter(str(described.get("name")), place, bool(described.get("required")), schema)


def _body(
    content: Mapping[str, Any], described: Mapping[str, Any], parameters: list[Mapping[str, Any]]
) -> tuple[Mapping[str, Any] | None, str]:
    """Schema and media type of a body; Swagger 2.0 has it among the parameters."""
    old = next((each for each in parameters if each.get("in") == "body"), None)
    if old is not None:
        return old.get("schema") or {}, JSON
    media = resolved(described.get("requestBody") or {}, content).get("content") or {}
    for name in sorted(media, key=lambda each: "json" not in each):
        one = media[name] or {}
        schema = dict(one.get("schema") or {})
        given = one.get("example")
        several = [resolved(each, content) for each in (one.get("examples") or {}).values()]
        if given is None and several:
            given = several[0].get("value")
        return ({"allOf": [schema], "example": given} if given is not None else schema), name
    return None, ""
