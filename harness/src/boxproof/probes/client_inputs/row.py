"""One row of the table of inputs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from boxproof.probes.json_pointers import with_value
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload
from boxproof.probes.work import Work

#: Stands for a value whose JSON is written by hand.
PLACE = "boxproof-7e1f-place"


class Meaning(StrEnum):
    """What a service may make of an input."""

    #: The valid request, sent in another way: it is done.
    VALID = "valid"
    #: The body is not valid JSON: it is refused.
    NOT_JSON = "not JSON"
    #: It may be taken or refused.
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ClientInput:
    """An input.

    Attributes:
        name: what is odd about it, as ``"a body in UTF-16" returned 500``.
        request: what is sent, or what ``raw`` was made from.
        raw: the bytes that are sent in its place.
        is_whole: whether these are a whole request; else it is said that no more will follow.
        is_announced: whether its body is announced with ``Expect: 100-continue``.
        in_body: whether it is the body that is odd, which is the application's to answer.
        may_hang_up: whether the connection may be closed without an answer: what was sent is
            not HTTP, or larger than servers commonly read.
        may_take_long: whether it may ask for more work than is done in a short time.
    """

    name: str
    request: Request
    raw: bytes | None = None
    is_whole: bool = True
    is_announced: bool = False
    meaning: Meaning = Meaning.OPEN
    in_body: bool = False
    may_hang_up: bool = False
    may_take_long: bool = False


def json_body(work: Work) -> dict[str, Any] | None:
    """The light work's body; None where that is not one JSON object."""
    valid = work.valid
    if valid.body_encoding != "json" or not isinstance(valid.content, Mapping):
        return None
    payload = work.request(valid.light).payload
    assert payload is not None
    body: dict[str, Any] = json.loads(payload.content)
    return body


def with_body(work: Work, content: bytes, media_type: str | None = None) -> Request:
    """The work's request with another body, and with another media type; without one if empty."""
    request = work.request(work.valid.light)
    assert request.payload is not None
    named = request.payload.media_type if media_type is None else media_type
    return replace(request, payload=Payload(content, named))


def written_at(body: Mapping[str, Any], pointer: str, written: bytes) -> bytes:
    """A body as JSON with a value at a place that is written as given."""
    placed = json.dumps(with_value(body, pointer, PLACE)).encode()
    return placed.replace(json.dumps(PLACE).encode(), written)
