"""Streams what it says, where it is asked to: tokens, then the record, then ``[DONE]``."""

import json
import time
from collections.abc import Iterator
from typing import Any

from apps.good import STEP_SECONDS, Refused, Response, Service
from apps.prefork import Master

#: A character of two bytes, so that half of it can be seen.
TOKEN = "é"
USAGE = {"prompt_tokens": 3}


class Streams(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            data = json.loads(body)
        except ValueError:
            return super().parse(body)
        wants = isinstance(data, dict) and data.pop("stream", False) is True
        return {**super().parse(json.dumps(data).encode()), "stream": wants}

    def say(self, wanted: dict[str, Any]) -> Response:
        if wanted["stream"]:
            return self.refused_or_streamed(wanted)
        self.check(wanted)
        record = self.store.add(wanted["prompt"], "".join(self.tokens(wanted)))
        return Response(200, record)

    def refused_or_streamed(self, wanted: dict[str, Any]) -> Response:
        """A stream, or the same refusal that an answer would have been."""
        self.check(wanted)
        return self.streamed(self.events(wanted))

    def streamed(self, events: Iterator[bytes]) -> Response:
        """The answer that sends each event when it is there."""
        return Response(200, events, {"Content-Type": "text/event-stream"})

    def check(self, wanted: dict[str, Any]) -> None:
        if self.forbidden(wanted["prompt"]):
            raise Refused(400, "the prompt holds a forbidden word")

    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        """The text that follows the prompt, a token at a time."""
        for number in range(wanted["steps"]):
            time.sleep(STEP_SECONDS)
            yield f" {TOKEN}{number}"

    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        """Every event of a stream."""
        said = []
        yield b": here\n\n"
        for token in self.tokens(wanted):
            said.append(token)
            yield from self.token(token)
        yield from self.ending(self.store.add(wanted["prompt"], self.kept("".join(said))))

    def token(self, token: str) -> Iterator[bytes]:
        yield event("token", {"piece": token})

    def kept(self, text: str) -> str:
        """What is stored of a text."""
        return text

    def ending(self, record: dict[str, Any]) -> Iterator[bytes]:
        """What ends a stream."""
        yield event("record", {**record, "finish_reason": "length", "usage": USAGE})
        yield from self.done()

    def done(self) -> Iterator[bytes]:
        yield b"data: [DONE]\n\n"


def event(kind: str, data: dict[str, Any]) -> bytes:
    """One event, its text as it is read."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


if __name__ == "__main__":
    Master(Streams).run()
