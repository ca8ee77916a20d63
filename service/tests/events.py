"""Reads server-sent events as the standard says a client must."""

import json
from typing import Any

Event = tuple[str, dict[str, Any]]


def events(body: str) -> list[Event]:
    """Return name and data of every event; comments are left out."""
    found = []
    for block in body.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
        )
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def chunks(body: str) -> list[dict[str, Any]]:
    """Return the data of every event of OpenAI's streams; the last of them is not JSON."""
    found = []
    for block in body.split("\n\n"):
        for line in block.splitlines():
            if line.startswith("data: "):
                data = line.removeprefix("data: ")
                found.append({"data": data} if data == "[DONE]" else json.loads(data))
    return found
