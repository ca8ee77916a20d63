"""Which request makes a service do its job, found by sending those that may."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from boxproof.config import values
from boxproof.config.operations import ValidRequest
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery import linked_pages
from boxproof.discovery.api_document import ApiDocument
from boxproof.discovery.candidates import Candidate, of_document, of_habit, of_protocols, properties
from boxproof.discovery.draft import Found, note
from boxproof.discovery.health_search import UNKNOWN
from boxproof.discovery.sample_values import TEXT
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve
from boxproof.probes.messages import Answer
from boxproof.probes.work import Work

#: Operations that are tried: those behind them are less likely, and a gateway has a thousand.
OPERATIONS_MOST = 40
#: Under which names users write their text, and find the service's.
TEXT_NAMES = (
    "prompt", "text", "input", "inputs", "query", "question", "content", "message", "sentence",
    "document", "body", "data", "note", "description", "title",
)  # fmt: skip
OUTPUT_NAMES = (
    "generated_text", "text", "output", "completion", "response", "answer", "content", "result",
    "summary", "translation",
)  # fmt: skip
#: What says how long a text may become, or how much is computed.
AMOUNTS = (
    "max_tokens", "max_new_tokens", "max_length", "max_output_tokens", "max_completion_tokens",
    "n_predict", "num_predict", "num_inference_steps", "steps", "length",
)  # fmt: skip
HEAVY_MOST = 256
#: What a text returns that was there already; 429 or 503 would say nothing of it.
REFUSED_AGAIN = (400, 409, 422)
ROOT = ValidRequest(path="/", method="GET")
#: What succeeds here succeeds everywhere.
NOWHERE = Candidate(ValidRequest(path=UNKNOWN, body={"text": TEXT}), None, "")
DECLINED = "generation.empty-refused"


@dataclass(frozen=True, slots=True)
class Tried:
    """A request that succeeded."""

    candidate: Candidate
    answer: Answer

    @property
    def request(self) -> ValidRequest:
        """As it was sent."""
        return self.candidate.request


class Ended(Exception):
    """The service no longer answers since it was sent a request, which this names."""


def successes(client: Client, document: ApiDocument | None, *, writes: bool) -> list[Tried]:
    """Every candidate that succeeded, one for each operation.

    Raises:
        Ended: one of them ended the service.
    """
    found = [*islice(_hits(client, of_protocols(client)), 1)] if writes else []
    if document is not None:
        several = islice(of_document(document, writes=writes), OPERATIONS_MOST)
        found += _hits(client, several)
    reads_only = all(each.request.method == "GET" for each in found)
    if writes and reads_only and _first(client, [NOWHERE]) is None:
        found = [*islice(_hits(client, of_habit()), 1), *found]
    if not found:
        found = [*islice(_hits(client, linked_pages.find(client)), 1)]
    return found


def heaviest(tried: Iterable[Tried]) -> Tried | None:
    """The likeliest work: of equally likely ones what took longest."""
    every = sorted(tried, key=lambda each: (each.candidate.rank, -each.answer.seconds))
    return every[0] if every else None


def _hits(client: Client, operations: Iterable[Iterable[Candidate]]) -> Iterator[Tried]:
    """Those that succeed, the first request of each operation, sent as they are asked for."""
    hits = (_first(client, each) for each in operations)
    return (hit for hit in hits if hit is not None)


def _first(client: Client, several: Iterable[Candidate]) -> Tried | None:
    for each in several:
        try:
            answer = Work(client, each.request).send()
        except NoAnswer as error:
            if sent(client, ROOT) is None:
                raise Ended(f"{each.request.method} {each.request.path}") from None
            if error.timed_out:
                # What hangs with one body hangs with others, too.
                return None
            continue
        if _did_it(answer):
            request = replace(each.request, status=answer.status)
            return Tried(replace(each, request=request), answer)
    return None


def sent(
    client: Client,
    request: ValidRequest,
    text: str | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Answer | None:
    """The answer to a request; None where there is none."""
    try:
        return Work(client, request).send(text, **(fields or {}))
    except NoAnswer:
        return None


def _did_it(answer: Answer) -> bool:
    """Whether an answer is a success: 2xx, whole, and not an error in other words."""
    if not 200 <= answer.status < 300 or answer.cut:
        return False
    try:
        said = answer.json()
    except UnusableAnswer:
        return True
    return not (isinstance(said, Mapping) and (said.get("error") or said.get("errors")))


@dataclass(frozen=True, slots=True)
class Described:
    """A request with all that was worked out of it.

    Attributes:
        notes: by the request's keys.
        declined: promises that it does not keep and does not make.
    """

    request: ValidRequest
    notes: Mapping[str, str]
    declined: Mapping[str, str]


def describe(client: Client, tried: Tried, document: ApiDocument | None) -> Described:
    """Work out where the user's text stands, where the answer, and what makes the job long."""
    request, answer = tried.request, tried.answer
    how = f"{tried.candidate.source} returned {answer.status}"
    notes = {"path": note(Found.TRIED, how)}
    declined: dict[str, str] = {}
    known = properties(tried.candidate, document)
    if request.method != "GET":
        request = _with_text(client, request, notes)
    if request.text is not None:
        schema = known.get(request.text.strip("/"), {})
        empty = None if schema.get("minLength") else sent(client, request, "")
        if empty is not None and request.is_success(empty.status):
            declined[DECLINED] = f"an empty text returned {empty.status}, and nothing forbids it"
    if request.text is not None and tried.candidate.is_likely:
        output = _output(
            answer, {resolve(each, request.body) for each in values.texts(request.body)}
        )
        if output:
            request = replace(request, output=output)
            notes["output"] = note(Found.GUESSED, "by its name, a text that was not sent")
    return Described(_with_amounts(client, request, known, notes), notes, declined)


def _with_text(client: Client, request: ValidRequest, notes: dict[str, str]) -> ValidRequest:
    """With the place of the user's text, if another text is accepted there."""
    pointers = list(values.texts(request.body))
    named = sorted((each for each in pointers if _rank(each, TEXT_NAMES) >= 0), key=_text_rank)
    for pointer in named or (pointers if len(pointers) == 1 else []):
        with_text = replace(request, text=pointer)
        answer = sent(client, with_text, Work(client, with_text).texts.fresh())
        if answer is not None and request.is_success(answer.status):
            found = Found.TRIED if named else Found.GUESSED
            notes["text"] = note(found, f"another text there returned {answer.status}")
            again = sent(client, with_text)
            if again is None or again.status not in REFUSED_AGAIN:
                return with_text
            notes["text_unique"] = note(Found.TRIED, f"the same text again returned {again.status}")
            return replace(with_text, text_unique=True)
    return request


def _text_rank(pointer: str) -> int:
    return _rank(pointer, TEXT_NAMES)


def _rank(pointer: str, names: tuple[str, ...]) -> int:
    """Where the last name of a pointer stands among names; -1 where it does not."""
    parts = [each for each in pointer.split("/") if each and not each.isdecimal()]
    last = parts[-1].lower() if parts else ""
    return names.index(last) if last in names else -1


def _output(answer: Answer, own: set[str]) -> str:
    """JSON pointer to the text that the service made; empty where none has such a name.

    Args:
        own: the texts that were sent.
    """
    try:
        said = answer.json()
    except UnusableAnswer:
        return ""
    made = [each for each in values.texts(said) if resolve(each, said) not in own]
    named = [each for each in made if _rank(each, OUTPUT_NAMES) >= 0]
    return min(named, key=lambda each: _rank(each, OUTPUT_NAMES), default="")


def _with_amounts(
    client: Client, request: ValidRequest, known: Mapping[str, Any], notes: dict[str, str]
) -> ValidRequest:
    """With long and short work, where a field says how much is computed."""
    body = request.body if isinstance(request.body, Mapping) else {}
    for name in AMOUNTS:
        if name not in known and name not in body:
            continue
        schema = known.get(name, {})
        light = max(1, int(schema.get("minimum") or 1))
        heavy = min(HEAVY_MOST, int(schema.get("maximum") or HEAVY_MOST))
        taken = [
            answer is not None and request.is_success(answer.status)
            for answer in (sent(client, request, fields={name: each}) for each in (light, heavy))
        ]
        if all(taken):
            notes["heavy"] = notes["light"] = note(Found.TRIED, "both were accepted")
            return replace(request, heavy={name: heavy}, light={name: light})
    return request
