"""How a service streams text, as ``boxproof.toml`` describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boxproof.config.declaring import json_pointer, option


@dataclass(frozen=True, slots=True)
class Streaming:
    """How the work is asked to stream its text, and what the data of its events holds.

    Events are those of https://html.spec.whatwg.org/multipage/server-sent-events.html; their data
    is JSON, but for the terminator and, where ``event`` is given, for events of other types. A
    clause that needs what is not given is no part of the contract.
    """

    body: Mapping[str, Any] = option("fields over those of the work's body that ask for a stream")
    text: str = json_pointer("a piece of the text, in the data of an event that brings one")
    event: str = option("the type of the events that bring text; any by default", "")
    terminator: str = option("the data of the last event, such as '[DONE]'", "")
    finish_reason: str | None = json_pointer("why the text ended, in the data of an event", None)
    usage: str | None = json_pointer("the counts of tokens, in the data of an event", None)
    record_id: str | None = json_pointer(
        "the id of the record that keeps the text, in the data of an event", None
    )
    completed_on_stop: bool = option(
        "whether a stream in hand at SIGTERM comes to its end; else it may be cut so that its "
        "client sees it",
        False,
    )
    silence_seconds: float | None = option(
        "the longest silence in an open stream, which text or a heartbeat ends", None
    )
