"""Continuous batching: sequences join and leave between steps.

A step moves every running sequence on by one token and reads a bounded piece of the prompts that
wait, so that a long prompt delays the others' next token by a bounded time. How prompts are cut
depends on the prompt alone, so a sequence is computed in the same pieces whoever else is there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gpt2_service.engine.cache import CHUNK_TOKENS, PromptCache
from gpt2_service.engine.logprobs import Logprobs
from gpt2_service.engine.network import Chunk, Network
from gpt2_service.engine.sampling import Sampler
from gpt2_service.engine.sequences import FinishReason, Ticket
from gpt2_service.engine.text import Decoder, Transcript

# As many pieces of prompts are read in a step as fit into this.
PROMPT_TOKENS_PER_STEP = 96


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the batch needs of a tokenizer, and the tokens that end a text."""

    encode: Callable[[str], list[int]]
    decoder: Callable[[], Decoder]
    end_tokens: frozenset[int]
    token_bytes: Callable[[int], bytes]


@dataclass(eq=False, slots=True)
class Sequence:
    """A ticket that is being worked on."""

    ticket: Ticket
    tokens: list[int]
    prompt_tokens: int
    limit: int
    sampler: Sampler
    transcript: Transcript
    cache: PromptCache | None


class NetworkBatch:
    """Runs jobs on a `Network`; implements `sequences.Batch`."""

    def __init__(
        self, network: Network, vocabulary: Vocabulary, slots: int, max_tokens: int
    ) -> None:
        """Make room for `slots` sequences; no job has more than `max_tokens` tokens in all."""
        self.slots = slots
        self._network = network
        self._vocabulary = vocabulary
        self._max_tokens = min(max_tokens, network.context_tokens)
        self._cache = network.slot_cache(slots, self._max_tokens)
        self._decoding: list[Sequence] = []
        self._reading: list[Sequence] = []
        self._ended: list[Ticket] = []

    @property
    def running(self) -> int:
        return len(self._decoding) + len(self._reading)

    def encode(self, prompt: str) -> list[int]:
        """Return the tokens of a prompt."""
        return self._vocabulary.encode(prompt)

    def join(self, ticket: Ticket) -> None:
        job, vocabulary = ticket.job, self._vocabulary
        tokens = self.encode(job.prompt)
        if max(tokens) >= self._network.vocabulary_tokens:
            # In a step it would fail everybody's text.
            raise ValueError(f"the model does not know the tokenizer's token {max(tokens)}")
        ticket.progress.prompt_tokens = len(tokens)
        limit = min(job.limit_tokens(len(tokens)), self._max_tokens)
        if len(tokens) >= limit:
            ticket.progress.finish_reason = "length"
            self._ended.append(ticket)
            return
        self._reading.append(
            Sequence(
                ticket=ticket,
                tokens=tokens,
                prompt_tokens=len(tokens),
                limit=limit,
                sampler=Sampler(job.sampling, job.seed, job.index),
                transcript=Transcript(vocabulary.decoder(), job.stop),
                cache=self._network.prompt_cache(len(tokens)),
            )
        )

    def step(self) -> list[Ticket]:
        moved, self._ended = self._ended, []
        if not self.running:
            return moved
        chunks, read = self._chunks()
        newest = [sequence.tokens[-1] for sequence in self._decoding]
        logits = self._network.step(newest, self._cache, chunks)
        with torch.inference_mode():
            for row, sequence in zip(logits, [*self._decoding, *read], strict=True):
                try:
                    self._extend(sequence, row)
                except Exception as error:
                    # Nothing of the others was touched.
                    sequence.ticket.error = error
                moved.append(sequence.ticket)
        for sequence in read:
            self._reading.remove(sequence)
            self._decoding.append(sequence)
            assert sequence.cache is not None
            self._cache.join(sequence.cache)
            sequence.cache = None
        for slot in reversed(range(len(self._decoding))):
            ticket = self._decoding[slot].ticket
            if ticket.error is not None:
                self._cache.clear(slot)
            if ticket.ended:
                self._free(slot)
        return moved

    def leave(self, ticket: Ticket) -> None:
        self._reading = [one for one in self._reading if one.ticket is not ticket]
        self._ended = [one for one in self._ended if one is not ticket]
        for slot, sequence in enumerate(self._decoding):
            if sequence.ticket is ticket:
                self._free(slot)
                return

    def _chunks(self) -> tuple[list[Chunk], list[Sequence]]:
        """Return what to read of the prompts, oldest first, and the prompts that this ends."""
        chunks: list[Chunk] = []
        read: list[Sequence] = []
        room = PROMPT_TOKENS_PER_STEP
        for sequence in self._reading:
            assert sequence.cache is not None
            start = sequence.cache.length
            tokens = sequence.tokens[start : start + CHUNK_TOKENS]
            if len(tokens) > room:
                break
            room -= len(tokens)
            last = start + len(tokens) == sequence.prompt_tokens
            chunks.append(Chunk(sequence.cache, tokens, last))
            if last:
                read.append(sequence)
        return chunks, read

    def _extend(self, sequence: Sequence, logits: Tensor) -> None:
        """Choose a sequence's next token and see whether it is the last."""
        end_tokens = self._vocabulary.end_tokens
        progress, transcript = sequence.ticket.progress, sequence.transcript
        # Without this a model may end at once and hand the prompt back.
        forbidden = () if progress.completion_tokens else tuple(end_tokens)
        top = sequence.ticket.job.top_logprobs
        # Before the choice, which overwrites the logits.
        logprobs = None if top is None else Logprobs(logits, top, self._vocabulary.token_bytes)
        token = sequence.sampler.choose(logits, sequence.tokens, forbidden)
        sequence.tokens.append(token)
        progress.completion_tokens += 1
        if logprobs is not None:
            progress.logprobs.append(logprobs.of(token, transcript.certain_characters))
        transcript.add(token)
        reason: FinishReason | None = None
        if token in end_tokens or transcript.stopped:
            reason = "stop"
        elif len(sequence.tokens) >= sequence.limit:
            reason = "length"
        if reason is not None:
            transcript.close()
            # The last character may have completed a stop sequence.
            reason = "stop" if transcript.stopped else reason
        progress.text = transcript.released
        # Last: whoever sees that it ended may read all of it.
        progress.finish_reason = reason

    def _free(self, slot: int) -> None:
        """Free a slot; as in the cache, the last sequence moves into it."""
        self._cache.leave(slot)
        last = self._decoding.pop()
        if slot < len(self._decoding):
            self._decoding[slot] = last
