"""A model that needs no weights: fixed text, for tests and tooling (`ENGINE=scripted`).

It always continues a prompt with the same words, whatever is asked of sampling. A token is a word
between blanks.
"""

import time
import zlib
from collections.abc import Sequence

from gpt2_service.engine.sequences import Job, Sampling, Ticket, TokenLogprob
from gpt2_service.engine.text import Transcript

SCRIPT = ("and", "then", "the", "small", "engine", "said", "its", "line", "again")


class ScriptedModel:
    """Makes batches that recite `SCRIPT`; implements `protocol.Model`.

    `seconds_per_token` makes a step as slow as a real model's.
    """

    name = "scripted"
    kind = "ScriptedModel"
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
        self._running: dict[Ticket, Transcript] = {}
        self._ended: list[Ticket] = []

    @property
    def running(self) -> int:
        return len(self._running)

    def join(self, ticket: Ticket) -> None:
        prompt_tokens = max(1, len(ticket.job.prompt.split()))
        ticket.progress.prompt_tokens = prompt_tokens
        if prompt_tokens >= self._limit(ticket.job, prompt_tokens):
            ticket.progress.finish_reason = "length"
            self._ended.append(ticket)
            return
        self._running[ticket] = Transcript(ScriptDecoder(ticket.job.prompt), ticket.job.stop)

    def step(self) -> list[Ticket]:
        if self._running:
            time.sleep(self._seconds_per_token)
        moved, self._ended = [*self._ended, *self._running], []
        for ticket, transcript in list(self._running.items()):
            self._extend(ticket, transcript)
        return moved

    def leave(self, ticket: Ticket) -> None:
        self._running.pop(ticket, None)
        self._ended = [one for one in self._ended if one is not ticket]

    def _extend(self, ticket: Ticket, transcript: Transcript) -> None:
        job, progress = ticket.job, ticket.progress
        if job.top_logprobs is not None:
            progress.logprobs.append(_certain(job, progress.completion_tokens, transcript))
        transcript.add(progress.completion_tokens)
        progress.completion_tokens += 1
        total = progress.prompt_tokens + progress.completion_tokens
        full = total >= self._limit(job, progress.prompt_tokens)
        if full or transcript.stopped:
            transcript.close()
            del self._running[ticket]
        progress.text = transcript.released
        if transcript.stopped:
            progress.finish_reason = "stop"
        elif full:
            progress.finish_reason = "length"

    def _limit(self, job: Job, prompt_tokens: int) -> int:
        return min(job.limit_tokens(prompt_tokens), self._max_tokens)


class ScriptDecoder:
    """Token `n` is the n-th word of a script that starts where the prompt says."""

    def __init__(self, prompt: str) -> None:
        self._start = zlib.crc32(prompt.encode())

    def step(self, token: int) -> str:
        return f" {SCRIPT[(self._start + token) % len(SCRIPT)]}"

    def whole(self, tokens: Sequence[int]) -> str:
        return "".join(map(self.step, tokens))


def _certain(job: Job, token: int, transcript: Transcript) -> TokenLogprob:
    """Return the log probability of a script's word: nothing else can come in its place."""
    word = ScriptDecoder(job.prompt).step(token).encode()
    top = ((word, 0.0),) if job.top_logprobs else ()
    return TokenLogprob(word, 0.0, transcript.certain_characters, top)
