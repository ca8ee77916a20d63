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
from gpt2_service.engine.sequences import FinishReason, Sequence
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
class RunningSequence:
    """What the batch needs of a sequence while it runs."""

    sequence: Sequence
    tokens: list[int]
    limit: int
    sampler: Sampler
    transcript: Transcript
    cache: PromptCache | None


class NetworkBatch:
    """Runs sequences on a `Network`; implements `sequences.Batch`."""

    def __init__(
        self, network: Network, vocabulary: Vocabulary, slots: int, max_tokens: int
    ) -> None:
        """Make room for `slots` sequences; none has more than `max_tokens` tokens in all."""
        self.slots = slots
        self._network = network
        self._vocabulary = vocabulary
        self._max_tokens = min(max_tokens, network.context_tokens)
        self._cache = network.slot_cache(slots, self._max_tokens)
        self._decoding: list[RunningSequence] = []
        self._reading: list[RunningSequence] = []
        self._ended: list[Sequence] = []

    @property
    def running(self) -> int:
        return len(self._decoding) + len(self._reading)

    def encode(self, prompt: str) -> list[int]:
        """Return the tokens of a prompt."""
        return self._vocabulary.encode(prompt)

    def join(self, sequence: Sequence) -> None:
        tokens = self.encode(sequence.request.prompt)
        if max(tokens) >= self._network.vocabulary_tokens:
            # In a step it would fail everybody's text.
            raise ValueError(f"the model does not know the tokenizer's token {max(tokens)}")
        sequence.prompt_tokens = len(tokens)
        limit = min(sequence.limit_tokens, self._max_tokens)
        if len(tokens) >= limit:
            sequence.finish_reason = "length"
            self._ended.append(sequence)
            return
        self._reading.append(
            RunningSequence(
                sequence=sequence,
                tokens=tokens,
                limit=limit,
                sampler=Sampler(sequence.sampling, sequence.seed, sequence.index),
                transcript=Transcript(self._vocabulary.decoder(), sequence.request.stop),
                cache=self._network.prompt_cache(len(tokens)),
            )
        )

    def step(self) -> list[Sequence]:
        advanced, self._ended = self._ended, []
        if not self.running:
            return advanced
        chunks, read = self._chunks()
        newest = [one.tokens[-1] for one in self._decoding]
        logits = self._network.step(newest, self._cache, chunks)
        with torch.inference_mode():
            for row, one in zip(logits, [*self._decoding, *read], strict=True):
                try:
                    self._extend(one, row)
                except Exception as error:
                    # Nothing of the others was touched.
                    one.sequence.error = error
                advanced.append(one.sequence)
        for one in read:
            self._reading.remove(one)
            self._decoding.append(one)
            assert one.cache is not None
            self._cache.join(one.cache)
            one.cache = None
        for slot in reversed(range(len(self._decoding))):
            sequence = self._decoding[slot].sequence
            if sequence.error is not None:
                self._cache.clear(slot)
            if sequence.ended:
                self._free(slot)
        return advanced

    def leave(self, sequence: Sequence) -> None:
        self._reading = [one for one in self._reading if one.sequence is not sequence]
        self._ended = [one for one in self._ended if one is not sequence]
        for slot, one in enumerate(self._decoding):
            if one.sequence is sequence:
                self._free(slot)
                return

    def _chunks(self) -> tuple[list[Chunk], list[RunningSequence]]:
        """Return what to read of the prompts, oldest first, and the prompts that this ends."""
        chunks: list[Chunk] = []
        read: list[RunningSequence] = []
        room = PROMPT_TOKENS_PER_STEP
        for one in self._reading:
            assert one.cache is not None
            start = one.cache.length
            tokens = one.tokens[start : start + CHUNK_TOKENS]
            if len(tokens) > room:
                break
            room -= len(tokens)
            last = start + len(tokens) == one.sequence.prompt_tokens
            chunks.append(Chunk(one.cache, tokens, last))
            if last:
                read.append(one)
        return chunks, read

    def _extend(self, running: RunningSequence, logits: Tensor) -> None:
        """Choose a sequence's next token and see whether it is the last."""
        end_tokens = self._vocabulary.end_tokens
        sequence, transcript = running.sequence, running.transcript
        # Without this a model may end at once and hand the prompt back.
        forbidden = () if sequence.completion_tokens else tuple(end_tokens)
        top = sequence.request.top_logprobs
        # Before the choice, which overwrites the logits.
        logprobs = None if top is None else Logprobs(logits, top, self._vocabulary.token_bytes)
        token = running.sampler.choose(logits, running.tokens, forbidden)
        running.tokens.append(token)
        sequence.completion_tokens += 1
        if logprobs is not None:
            sequence.logprobs.append(logprobs.of(token, transcript.certain_characters))
        transcript.add(token)
        reason: FinishReason | None = None
        if token in end_tokens or transcript.stopped:
            reason = "stop"
        elif len(running.tokens) >= running.limit:
            reason = "length"
        if reason is not None:
            transcript.close()
            # The last character may have completed a stop sequence.
            reason = "stop" if transcript.stopped else reason
        sequence.text = transcript.released
        # Last: whoever sees that it ended may read all of it.
        sequence.finish_reason = reason

    def _free(self, slot: int) -> None:
        """Free a slot; as in the cache, the last sequence moves into it."""
        self._cache.leave(slot)
        last = self._decoding.pop()
        if slot < len(self._decoding):
            self._decoding[slot] = last
