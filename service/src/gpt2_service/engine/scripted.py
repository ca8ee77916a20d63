"""A model that needs no weights: fixed text, for tests and tooling (`ENGINE=scripted`).

It keeps every promise of `Model` and always answers a prompt with the same text. A token is a word
between blanks.
"""

import time
import zlib
from itertools import cycle, islice

from gpt2_service.engine.protocol import Completion

SCRIPT = ("and", "then", "the", "small", "engine", "said", "its", "line", "again")


class ScriptedModel:
    """Continues every prompt with words of `SCRIPT`; implements `Model`.

    `seconds_per_token` makes it as slow as a real model.
    """

    name = "scripted"
    kind = "ScriptedModel"

    def __init__(self, seconds_per_token: float = 0.0) -> None:
        self._seconds_per_token = seconds_per_token

    def prepare(self) -> None:
        """Nothing to do: the text comes from nowhere."""

    def complete(self, prompt: str, max_length: int) -> Completion:
        prompt_tokens = max(1, len(prompt.split()))
        completion_tokens = max(0, max_length - prompt_tokens)
        time.sleep(self._seconds_per_token * completion_tokens)
        start = zlib.crc32(prompt.encode()) % len(SCRIPT)
        words = islice(cycle(SCRIPT), start, start + completion_tokens)
        text = prompt + "".join(f" {word}" for word in words)
        return Completion(text, prompt_tokens, completion_tokens)
