"""What a service of a well-known API for texts takes and tells, found by asking for each field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boxproof.config.operations import ValidRequest
from boxproof.config.text_generation import PRESETS, Generation
from boxproof.config.text_streaming import Streaming
from boxproof.core.breaches import UnusableAnswer
from boxproof.discovery.draft import Found, note
from boxproof.discovery.work_search import sent
from boxproof.probes.client import Client
from boxproof.probes.event_stream import events
from boxproof.probes.json_pointers import resolve
from boxproof.probes.media_types import media_type
from boxproof.probes.text_streamer import EVENT_STREAM

#: The kind of text whose path ends so, and a piece of it in the data of an event.
KINDS = {
    "/chat/completions": ("openai-chat", "/choices/0/delta/content"),
    "/completions": ("openai-completions", "/choices/0/text"),
}
#: A value of each field of the request that is sent to see whether it is accepted.
SENT: Mapping[str, Any] = {"limit": 4, "seed": 1, "stop": ["\u2603"], "choices": 2}
#: What is asked for by fields that differ from service to service.
ASKED_ELSEWHERE = ("logprob_list", "logprob")
STREAMED: Mapping[str, Any] = {"stream": True}
DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class Texts:
    """How a service makes texts.

    Attributes:
        streaming: None where it does not stream them.
        notes: how each is known, by table and key.
    """

    generation: Generation
    streaming: Streaming | None
    notes: Mapping[str, str]


def find(client: Client, request: ValidRequest) -> Texts | None:
    """How the work makes texts; None where its path is not one of a well-known API."""
    ending = next((each for each in KINDS if request.path.endswith(each)), None)
    answer = None if ending is None else sent(client, request)
    if ending is None or answer is None:
        return None
    kind, piece = KINDS[ending]
    try:
        generation, notes = _generation(client, request, answer.json(), kind)
    except UnusableAnswer:
        return None
    streaming = _streaming(client, request, piece)
    if streaming is not None:
        notes["streaming.body"] = note(Found.TRIED, "returned an event stream")
    return Texts(generation, streaming, notes)


def _generation(
    client: Client, request: ValidRequest, answer: Any, kind: str
) -> tuple[Generation, dict[str, str]]:
    """The kind alone where all of its fields are there, else those that are."""
    wanted = {name: at for name, at in PRESETS[kind].items() if name not in ASKED_ELSEWHERE}
    there = {
        name: at for name, at in wanted.items() if _is_there(client, request, answer, name, at)
    }
    if there == wanted:
        why = note(Found.TRIED, "accepted its fields, and answered with them")
        return Generation(kind=kind), {"generation.kind": why}
    why = note(Found.TRIED, "accepted, or answered with")
    return Generation(**there), {f"generation.{name}": why for name in there}


def _is_there(client: Client, request: ValidRequest, answer: Any, name: str, at: Any) -> bool:
    """Whether a field of the request is accepted, or one of the answer is in it."""
    if isinstance(at, Mapping) or name in SENT:
        tried = at if isinstance(at, Mapping) else {at.removeprefix("/"): SENT[name]}
        accepted = sent(client, request, fields=tried)
        return accepted is not None and request.is_success(accepted.status)
    if name in ("choice_index", "choice_text"):
        at = f"/choices/0{at}"
    return _value(request.body if name == "model" else answer, at) is not None


def _streaming(client: Client, request: ValidRequest, piece: str) -> Streaming | None:
    """How it streams; None where what it returns is not a stream of such texts."""
    answer = sent(client, request, fields=STREAMED)
    if answer is None or not request.is_success(answer.status):
        return None
    if media_type(answer.headers.get("content-type", "")) != EVENT_STREAM:
        return None
    told = [each.data for each in events(answer.body).told]
    terminator = DONE if told and told[-1] == DONE else ""
    try:
        documents = [json.loads(each) for each in told if each != DONE]
    except (ValueError, RecursionError):
        return None
    if not any(isinstance(_value(each, piece), str) for each in documents):
        return None
    reason = "/choices/0/finish_reason"
    ends = any(_value(each, reason) is not None for each in documents)
    return Streaming(
        body=STREAMED,
        text=piece,
        terminator=terminator,
        finish_reason=reason if ends else None,
    )


def _value(document: Any, pointer: str) -> Any:
    """What a pointer names in a document; None where it names nothing."""
    try:
        return resolve(pointer, document)
    except KeyError:
        return None
