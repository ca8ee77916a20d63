"""Requests that may be a service's work, from its document and from protocols that many speak."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from boxproof.config.operations import ID, NAMED_PART, ValidRequest
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery.api_document import MALFORMED, ApiDocument, Operation
from boxproof.discovery.sample_values import TEXT, is_open, merged, samples
from boxproof.probes.client import Client
from boxproof.probes.media_types import JSON

#: What a model does.
WORK = re.compile(
    r"generat|predict|complet|infer|chat|embed|invo[kc]|classif|transform|summar|translat|transcri"
    r"|similar|extract|answer|score|rerank|detect|recogni|process|execut"
)
#: What people say of that which is not the work, or must not be tried.
ASIDE = re.compile(
    r"log-?in|auth|token|session|feedback|config|setting|metric|admin|user|index|health|ready|live"
    r"|ping|status|version|docs|openapi|static|terminal|kernel|job"
)
#: What reaches people, or their money.
REACHES_PEOPLE = r"e?mail|notify|sms|payment|charge|refund"
HARMFUL = re.compile(
    r"shut-?down|terminat|kill|delet|remov|purge|reset|restart|unload|drop|wipe|stop|truncat|clear"
    r"|flush|erase|cancel|revoke|rollback|abort|deploy|publish|purchase|(log|sign)-?(out|off)|"
    + REACHES_PEOPLE
)
#: Bodies that services take that have no document, and where.
BARE_PATHS = ("/predict", "/generate", "/infer", "/invocations", "/api/predict", "/v1/predict")
BARE_BODIES: tuple[Mapping[str, Any], ...] = (
    {"text": TEXT},
    {"prompt": TEXT},
    {"input": TEXT},
    {"inputs": TEXT},
    {"query": TEXT},
    {"instances": [TEXT]},
    {"data": TEXT},
)
CHAT = {"max_tokens": 16, "messages": [{"role": "user", "content": "Hello"}]}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One request to try.

    Attributes:
        operation: what describes it; None where nothing does.
        source: where it is from, for a person.
        made_up: nothing is known of the body that it needs.
        spoken: it is of a protocol that the service was seen to speak.
    """

    request: ValidRequest
    operation: Operation | None
    source: str
    made_up: bool = False
    spoken: bool = False

    @property
    def words(self) -> str:
        """What it is called."""
        return self.request.path.lower() if self.operation is None else self.operation.words

    @property
    def rank(self) -> int:
        """How likely it is the service's work; what has a low one is tried first."""
        if self.spoken:
            return 0
        if self.request.method == "GET":
            return 4
        if self.made_up:
            return 5
        if WORK.search(self.words):
            return 1
        return (3 if self.says_something else 5) if ASIDE.search(self.words) else 2

    @property
    def is_likely(self) -> bool:
        """Whether it sounds like what a model does."""
        return self.rank <= 1

    @property
    def says_something(self) -> bool:
        """Whether it has a body, or an id that the client chooses."""
        return bool(self.request.body_encoding) or self.request.takes_id


def of_document(document: ApiDocument, *, writes: bool) -> Iterator[list[Candidate]]:
    """For each operation the requests that may be valid, the likeliest operations first."""
    made = [of_operation(document, each) for each in document.operations]
    wanted = [
        each
        for each in made
        if each and (writes or each[0].request.method == "GET") and not is_harmful(each[0])
    ]
    yield from sorted(wanted, key=lambda each: each[0].rank)


def is_harmful(candidate: Candidate) -> bool:
    """Whether it may do what nobody wants to be tried; a GET may as well, in a careless service."""
    return (
        candidate.request.method in ("DELETE", "PATCH")
        or HARMFUL.search(candidate.words) is not None
    )


def of_operation(document: ApiDocument, operation: Operation) -> list[Candidate]:
    """What an operation may accept; nothing of one whose description is malformed."""
    try:
        return _accepted(document, operation)
    except MALFORMED:
        return []


def _accepted(document: ApiDocument, operation: Operation) -> list[Candidate]:
    """The requests that an operation may accept; empty where none can be made."""
    filled = _filled(document, operation)
    if filled is None:
        return []
    path, parameters, query = filled
    source = f"{operation} of {document.path}"
    if operation.body is None or operation.method == "GET":
        request = ValidRequest(
            path=path, method=operation.method, parameters=parameters, query=query
        )
        return [Candidate(request, operation, source)]
    encoding = _encoding(operation.media_type)
    if encoding is None:
        return []
    return [
        Candidate(
            ValidRequest(
                path=path,
                method=operation.method,
                parameters=parameters,
                query=query,
                body=without_null(body),
                encoding="" if encoding == "json" else encoding,
                content_type=_content_type(operation.media_type, encoding),
            ),
            operation,
            source,
            made_up=is_open(operation.body, document.content),
        )
        for body in samples(operation.body, document.content)
        if encoding == "json" or isinstance(body, Mapping)
    ]


def _filled(
    document: ApiDocument, operation: Operation
) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Path, what stands for its names, and query; None where a name cannot be known.

    A name that stands last in the path of a PUT is the id, which the client chooses there; that of
    a PATCH is the id of what is there.
    """
    path, parameters = operation.path, {}
    names = NAMED_PART.findall(path)
    for name in names:
        schema = next((each.schema for each in operation.placed("path") if each.name == name), {})
        if operation.method in ("PUT", "PATCH") and path.endswith(f"{{{name}}}"):
            path = path.replace(f"{{{name}}}", f"{{{ID}}}")
        elif "example" in schema or "default" in schema or schema.get("enum"):
            parameters[name] = samples(schema, document.content)[0]
        else:
            return None
    if any(each.required for each in (*operation.placed("header"), *operation.placed("cookie"))):
        return None
    query = {
        each.name: samples(each.schema, document.content)[0]
        for each in operation.placed("query")
        if each.required
    }
    return path, parameters, query


def _encoding(media_type: str) -> str | None:
    """How ``boxproof.toml`` names a media type; None where a body of it cannot be made up."""
    if "json" in media_type:
        return "json"
    return {"application/x-www-form-urlencoded": "form", "multipart/form-data": "multipart"}.get(
        media_type
    )


def _content_type(media_type: str, encoding: str) -> str:
    """The media type to name; empty where it is the usual one of the encoding."""
    is_usual = encoding != "json" or media_type == JSON or "*" in media_type
    return "" if is_usual else media_type


def without_null(value: Any) -> Any:
    """A value without what TOML cannot hold."""
    if isinstance(value, Mapping):
        return {name: without_null(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_null(each) for each in value if each is not None]
    # Neither JSON nor a schema has a number without an end.
    return 0.5 if isinstance(value, float) and not math.isfinite(value) else value


def of_protocols(client: Client) -> Iterator[list[Candidate]]:
    """What services take that speak a protocol that many do, whose names say which models."""
    yield from _openai(client)
    yield from _open_inference(client)


def of_habit() -> Iterator[list[Candidate]]:
    """What services often take of which nothing is known."""
    for path in BARE_PATHS:
        source = f"{path}, as many services have it,"
        yield [_posted(path, body, source) for body in BARE_BODIES]


def _openai(client: Client) -> Iterator[list[Candidate]]:
    """Chat and embeddings as OpenAI's API has them; https://platform.openai.com/docs/api-reference."""
    listed = _json(client, "GET", "/v1/models")
    models = listed.get("data") if isinstance(listed, Mapping) else None
    if not isinstance(models, list) or not models or not isinstance(models[0], Mapping):
        return
    name = str(models[0].get("id", ""))
    source = f"the API of OpenAI, model {name!r} of /v1/models"
    for path, body in (
        ("/v1/chat/completions", CHAT),
        ("/v1/completions", {"prompt": TEXT, "max_tokens": 16}),
        ("/v1/embeddings", {"input": TEXT}),
    ):
        yield [_posted(path, {"model": name, **body}, source, spoken=True)]


def _open_inference(client: Client) -> Iterator[list[Candidate]]:
    """Inference as KServe's V2 protocol has it: https://github.com/kserve/open-inference-protocol."""
    index = _json(client, "POST", "/v2/repository/index", {})
    for model in index if isinstance(index, list) else ():
        name = model.get("name") if isinstance(model, Mapping) else None
        told = _json(client, "GET", f"/v2/models/{name}")
        inputs = told.get("inputs") if isinstance(told, Mapping) else None
        shapes = inputs if isinstance(inputs, list) else []
        body = {"inputs": [_tensor(each) for each in shapes] or [_tensor({})]}
        source = f"the open inference protocol, model {name!r}"
        # Where the model does not say its shape: rows of one feature and more.
        rows = [{"inputs": [_tensor({"shape": [1, width]})]} for width in range(1, 9)]
        path = f"/v2/models/{name}/infer"
        yield [_posted(path, each, source, spoken=True) for each in (body, *rows)]


def _tensor(described: Mapping[str, Any]) -> dict[str, Any]:
    """One input of a model, filled with a value of its type; an open dimension is 1."""
    shape = [max(1, int(each)) for each in described.get("shape") or [1, 4]]
    kind = str(described.get("datatype", "FP32"))
    value: Any = TEXT if kind == "BYTES" else True if kind == "BOOL" else 0.5
    if kind.startswith(("INT", "UINT")):
        value = 1
    count = 1
    for each in shape:
        count *= each
    name = str(described.get("name", "input-0"))
    return {"name": name, "shape": shape, "datatype": kind, "data": [value] * count}


def _posted(path: str, body: Mapping[str, Any], source: str, *, spoken: bool = False) -> Candidate:
    return Candidate(ValidRequest(path=path, body=body), None, source, spoken=spoken)


def _json(client: Client, method: str, path: str, body: Any = None) -> Any:
    """The JSON of an answer of 200; None where there is none."""
    try:
        answer = client.request(method, path, json=body)
        return answer.json() if answer.status == 200 else None
    except (NoAnswer, UnusableAnswer):
        return None


def properties(candidate: Candidate, document: ApiDocument | None) -> Mapping[str, Any]:
    """The fields that the body of a request may have, by their schemas."""
    if document is None or candidate.operation is None or candidate.operation.body is None:
        return {}
    found = merged(candidate.operation.body, document.content).get("properties")
    named = found.items() if isinstance(found, Mapping) else ()
    return {name: merged(each, document.content) for name, each in named}
