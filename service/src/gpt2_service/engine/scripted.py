"""A model that needs no weights: fixed text, for tests and tooling (`ENGINE=scripted`).

It always continues a prompt with the same words, whatever is asked of sampling. A token is a word
between blanks.
"""

import time
import zlib
from collections.abc import Iterable

from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.engine.sequences import Sequence, TokenLogprob
from gpt2_service.engine.text import Transcript

SCRIPT = ("and", "then", "the", "small", "engine", "said", "its", "line", "again")


class ScriptedModel:
    """Makes batches that recite `SCRIPT`; implements `interfaces.Model`.

    `seconds_per_token` makes a step as slow as a real model's.
    """

    name = "scripted"
    kind = "ScriptedModel"
    fingerprint = "fp_scripted"
    defaults = Sampling()

    def __init__(self, seconds_per_token: float = 0.0) -> None:
        self._seconds_per_token = seconds_per_token

    def prepare(self) -> None:
        """Nothing to do: the text comes from nowhere."""

    def batch(self, slots: int, max_tokens: int) -> "ScriptedBatch":
        return ScriptedBatch(slots, max_tokens, self._seconds_per_token)


class ScriptedBatch:
    """Implements `sequences.Batch`."""

    def __init__(self, slots: int, max_tokens: int, seconds_per_token: float = 0.0) -> None:
        self.slots = slots
        self._max_tokens = max_tokens
        self._seconds_per_token = seconds_per_token
        self._running: dict[Sequence, Transcript] = {}
        self._ended: list[Sequence] = []

    @property
    def running(self) -> int:
        return len(self._running)

    def join(self, sequence: Sequence) -> None:
        request = sequence.request
        sequence.prompt_tokens = max(1, len(request.prompt.split()))
        if sequence.prompt_tokens >= self._limit(sequence):
            sequence.finish_reason = "length"
            self._ended.append(sequence)
            return
        self._running[sequence] = Transcript(ScriptDecoder(request.prompt), request.stop)

    def step(self) -> list[Sequence]:
        if self._running:
            time.sleep(self._seconds_per_token)
        advanced, self._ended = [*self._ended, *self._running], []
        for sequence, transcript in list(self._running.items()):
            self._extend(sequence, transcript)
        return advanced

    def leave(self, sequence: Sequence) -> None:
        self._running.pop(sequence, None)
        self._ended = [one for one in self._ended if one is not sequence]

    def _extend(self, sequence: Sequence, transcript: Transcript) -> None:
        request, token = sequence.request, sequence.completion_tokens
        if request.top_logprobs is not None:
            sequence.logprobs.append(_certain(request, token, transcript))
        transcript.add(token)
        sequence.completion_tokens += 1
        total = sequence.prompt_tokens + sequence.completion_tokens
        full = total >= self._limit(sequence)
        if full or transcript.stopped:
            transcript.close()
            del self._running[sequence]
        sequence.text = transcript.released
        if transcript.stopped:
            sequence.finish_reason = "stop"
        elif full:
            sequence.finish_reason = "length"

    def _limit(self, sequence: Sequence) -> int:
        return min(sequence.limit_tokens, self._max_tokens)


class ScriptDecoder:
    """Token `n` is the n-th word of a script that starts where the prompt says."""

    def __init__(self, prompt: str) -> None:
        self._start = zlib.crc32(prompt.encode())

    def step(self, token: int) -> str:
        return f" {SCRIPT[(self._start + token) % len(SCRIPT)]}"

    def whole(self, tokens: Iterable[int]) -> str:
        return "".join(map(self.step, tokens))


def _certain(request: GenerationRequest, token: int, transcript: Transcript) -> TokenLogprob:
    """Return the log probability of a script's word: nothing else can come in its place."""
    word = ScriptDecoder(request.prompt).step(token).encode()
    top = ((word, 0.0),) if request.top_logprobs else ()
    return TokenLogprob(word, 0.0, transcript.certain_characters, top)
