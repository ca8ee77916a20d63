"""Continuous batching on the demo checkpoint."""

import random
from pathlib import Path
from typing import ClassVar

import pytest
import torch
from transformers import GPT2LMHeadModel, PreTrainedTokenizerBase

from gpt2_service.engine.batch import NetworkBatch
from gpt2_service.engine.cache import CHUNK_TOKENS, SlotCache
from gpt2_service.engine.linears import PackedLinear, Precision
from gpt2_service.engine.network import Chunk
from gpt2_service.engine.packed import PackedGPT2, load_packed
from gpt2_service.engine.requests import GenerationRequest

from .conftest import CHECKPOINT
from .precisions import COMPUTED
from .prompts import prompts
from .running import run, sequences

REQUESTS = 100
#: Of these `generate` makes a token at a time, without company.
COMPARED = 50


def seeded_requests(count: int = REQUESTS) -> list[GenerationRequest]:
    draw = random.Random(1)
    return [
        GenerationRequest(
            prompt,
            max_length=draw.randrange(10, 121),
            seed=draw.getrandbits(53),
            temperature=draw.choice((1.0, 0.7, 1.3)),
            top_k=draw.choice((50, 0, 5)),
            top_p=draw.choice((1.0, 0.9)),
            repetition_penalty=draw.choice((1.0, 1.2)),
        )
        for prompt in prompts(count)
    ]


def test_greedy_text_is_that_of_transformers(
    batch: NetworkBatch, reference: GPT2LMHeadModel, tokenizer: PreTrainedTokenizerBase
) -> None:
    """Mixed with fifteen others, greedy text is what `generate` gives for the prompt alone."""
    requests = [
        GenerationRequest(prompt, max_length=120, seed=0, temperature=0)
        for prompt in prompts(COMPARED)
    ]
    for request, sequence in zip(requests, run(batch, requests), strict=True):
        encoded = tokenizer(request.prompt, return_tensors="pt")
        count = encoded["input_ids"].shape[1]
        if count >= request.max_length:
            assert sequence.text == ""
            continue
        tokens = reference.generate(
            **encoded, do_sample=False, max_length=request.max_length, min_new_tokens=1
        )[0, count:]
        assert sequence.text == tokenizer.decode(tokens, skip_special_tokens=True)
        assert sequence.completion_tokens == len(tokens)


def test_seeded_text_does_not_depend_on_company(packed: PackedGPT2) -> None:
    """A seeded request gives the same text alone, among others, and in another order."""
    requests = seeded_requests()
    alone = [one.text for one in run(packed.batch(16, 256), requests, together=1)]
    mixed = [one.text for one in run(packed.batch(16, 256), requests)]
    order = random.Random(2).sample(range(len(requests)), len(requests))
    shuffled = run(packed.batch(16, 256), [requests[place] for place in order], together=7)
    assert mixed == alone
    assert [one.text for one in shuffled] == [alone[place] for place in order]
    assert len(set(alone)) > REQUESTS / 2


def test_seeded_text_is_the_same_after_a_new_start(packed: PackedGPT2) -> None:
    """A model that is loaded again gives the same texts."""
    requests = seeded_requests(40)
    again = load_packed(CHECKPOINT)
    first, second = run(packed.batch(16, 256), requests), run(again.batch(16, 256), requests)
    assert [one.text for one in first] == [one.text for one in second]


class Noting(PackedLinear):
    """A layer that notes what it is called with: the shapes of its weight and of the rows."""

    seen: ClassVar[set[tuple[torch.Size, torch.Size]]] = set()

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        super().__init__(weight, bias)
        self._shape = weight.shape

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        self.seen.add((self._shape, rows.shape))
        return super().__call__(rows)

    def gelu(self, rows: torch.Tensor) -> torch.Tensor:
        self.seen.add((self._shape, rows.shape))
        return super().gelu(rows)

    def add(self, rows: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        self.seen.add((self._shape, rows.shape))
        return super().add(rows, residual)


def test_steps_have_only_sizes_that_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other would cost every layer a kernel, in the middle of somebody's text."""
    monkeypatch.setattr("gpt2_service.engine.network.packer", lambda *_any: Noting)
    batch = load_packed(CHECKPOINT).batch(16, 256)
    tried = set(Noting.seen)
    Noting.seen.clear()
    run(batch, seeded_requests(60))
    assert len(Noting.seen) > 20
    assert Noting.seen <= tried


@pytest.mark.parametrize("precision", [each for each in COMPUTED if each != "fp32"])
def test_reduced_precision_does_not_depend_on_company(precision: Precision) -> None:
    """The reduced precisions keep the same promise."""
    model = load_packed(CHECKPOINT, precision)
    requests = seeded_requests(40)
    alone = [one.text for one in run(model.batch(16, 256), requests, together=1)]
    assert [one.text for one in run(model.batch(16, 256), requests)] == alone


def test_threads_do_not_change_a_text(packed: PackedGPT2) -> None:
    """A worker with several cores gives the texts of one that has one, alone and in company."""
    requests = seeded_requests(12)
    expected = [one.text for one in run(packed.batch(16, 256), requests)]
    model = load_packed(CHECKPOINT, threads=2)
    try:
        model.prepare()
        assert torch.get_num_threads() == 2
        assert [one.text for one in run(model.batch(16, 256), requests)] == expected
        assert [one.text for one in run(model.batch(16, 256), requests, together=1)] == expected
    finally:
        torch.set_num_threads(1)


@pytest.mark.parametrize("length", [1, 3, 33, 35, 64, 97])
def test_threads_do_not_change_a_bit(packed: PackedGPT2, length: int) -> None:
    """Also where the last piece of a prompt has fewer rows than there are threads."""
    network = packed._network
    assert network is not None
    tokens = [random.Random(length).randrange(400) for _ in range(length)]
    starts = range(0, length, CHUNK_TOKENS)
    logits = []
    try:
        for threads in (1, 2, 4):
            torch.set_num_threads(threads)
            cache = network.prompt_cache(length)
            for start in starts:
                piece = tokens[start : start + CHUNK_TOKENS]
                chunk = Chunk(cache, piece, start == starts[-1])
                result = network.step([], network.slot_cache(1, length), [chunk])
            logits.append(result)
    finally:
        torch.set_num_threads(1)
    assert len(logits[0]) == 1
    assert torch.equal(logits[1], logits[0])
    assert torch.equal(logits[2], logits[0])


def test_choices_of_one_seed_differ(batch: NetworkBatch) -> None:
    """Choices of a request have random numbers of their own."""
    request = GenerationRequest("Once upon a time", 60, seed=5, choices=4)
    assert len({one.text for one in run(batch, [request])}) == 4


def test_a_prompt_that_fills_the_limit_comes_back(batch: NetworkBatch) -> None:
    """Nothing is added to a prompt that has `max_length` tokens."""
    sequence = run(batch, [GenerationRequest("word " * 60, max_length=10, seed=0)])[0]
    assert (sequence.text, sequence.finish_reason, sequence.completion_tokens) == ("", "length", 0)
    assert sequence.prompt_tokens > 10


def test_length_counts_prompt_and_continuation(batch: NetworkBatch) -> None:
    """A text that does not end by itself ends at `max_length` tokens."""
    for sequence in run(batch, seeded_requests(30)):
        total = sequence.prompt_tokens + sequence.completion_tokens
        if sequence.finish_reason == "length" and sequence.completion_tokens:
            assert 10 <= total <= 120


def test_the_context_is_the_last_limit(packed: PackedGPT2) -> None:
    """`max_length` beyond the model's context ends at the context."""
    batch = packed.batch(slots=2, max_tokens=10_000)
    request = GenerationRequest("A lighthouse", max_length=5000, seed=1, temperature=2.0, top_k=0)
    sequence = run(batch, [request])[0]
    total = sequence.prompt_tokens + sequence.completion_tokens
    assert total <= 1024
    assert sequence.finish_reason == ("length" if total == 1024 else "stop")


def test_a_stop_sequence_ends_the_text_before_it(batch: NetworkBatch) -> None:
    """The text ends before the first stop sequence, and says so."""
    request = GenerationRequest("Once upon a time", max_length=100, seed=3, temperature=0)
    whole = run(batch, [request])[0].text
    place = whole.index("the ")
    stopped = GenerationRequest(
        "Once upon a time", 100, seed=3, temperature=0, stop=("never seen", "the ")
    )
    sequence = run(batch, [stopped])[0]
    assert sequence.text == whole[:place]
    assert sequence.finish_reason == "stop"


def test_a_sequence_may_leave_between_steps(batch: NetworkBatch) -> None:
    """Those that stay get the text that they would have got."""
    requests = seeded_requests(16)
    expected = run(batch, requests)
    running = [one for request in requests for one in sequences(request)]
    for one in running:
        batch.join(one)
    for _ in range(3):
        batch.step()
    for one in running[::2]:
        batch.leave(one)
    while batch.running:
        batch.step()
    assert [one.text for one in running[1::2]] == [one.text for one in expected[1::2]]


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_text_that_fails_in_a_step_fails_alone(
    packed: PackedGPT2, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Whether its prompt was being read or it was running; the others get their texts."""
    requests = [
        GenerationRequest(f"Once upon a time {number}", 60, seed=number) for number in range(4)
    ]
    expected = [one.text for one in run(packed.batch(16, 256), requests)]
    batch = packed.batch(16, 256)
    running = [one for request in requests for one in sequences(request)]
    for one in running[:3]:
        batch.join(one)
    batch.step()
    batch.join(running[3])
    sound = batch._network.step

    def spoiled(newest: list[int], slots: SlotCache, chunks: list[Chunk]) -> torch.Tensor:
        logits = sound(newest, slots, chunks).clone()
        logits[place] = torch.nan
        return logits

    with monkeypatch.context() as patch:
        patch.setattr(batch._network, "step", spoiled)
        assert running[place] in batch.step()
    while batch.running:
        batch.step()
    assert [one.error is not None for one in running] == [each == place for each in range(4)]
    del running[place], expected[place]
    assert [one.text for one in running] == expected


def test_what_a_failed_text_leaves_spoils_no_other(packed: PackedGPT2) -> None:
    """Numbers in its slot that are not finite would stay so, however little they weigh."""
    requests = [
        GenerationRequest(f"Once upon a time {number}", 60, seed=number) for number in range(3)
    ]
    expected = [one.text for one in run(packed.batch(16, 256), requests)]
    batch = packed.batch(16, 256)
    running = [one for request in requests for one in sequences(request)]
    for one in running[:2]:
        batch.join(one)
    batch.step()
    batch._cache._store[:, 0, :, 1] = torch.nan
    batch.step()
    assert [one.error is None for one in running] == [True, False, True]
    batch.join(running[2])
    while batch.running:
        batch.step()
    assert [running[place].text for place in (0, 2)] == [expected[0], expected[2]]


def test_a_long_prompt_does_not_stop_the_others(batch: NetworkBatch) -> None:
    """While a prompt of several chunks is read, running sequences get a token every step."""
    (runner,) = sequences(GenerationRequest("Once", 60, seed=0, temperature=2.0, top_k=0))
    batch.join(runner)
    batch.step()
    (reader,) = sequences(GenerationRequest("The lighthouse and " * 40, 200, seed=0))
    batch.join(reader)
    steps = -(-reader.prompt_tokens // CHUNK_TOKENS)
    assert steps > 2
    for _ in range(steps):
        assert not reader.completion_tokens
        before = runner.completion_tokens
        batch.step()
        ended = runner.finish_reason is not None
        assert ended or runner.completion_tokens == before + 1
    assert reader.completion_tokens == 1


def test_workers_after_a_fork_give_the_same_text(packed: PackedGPT2, tmp_path: Path) -> None:
    """A process forked after packing answers as its parent does."""
    import os

    requests = seeded_requests(20)
    child = os.fork()
    if child == 0:
        packed.prepare()
        texts = [one.text for one in run(packed.batch(16, 256), requests)]
        (tmp_path / "texts").write_text(repr(texts), encoding="utf-8")
        os._exit(0)
    expected = [one.text for one in run(packed.batch(16, 256), requests)]
    assert os.waitpid(child, 0)[1] == 0
    assert (tmp_path / "texts").read_text(encoding="utf-8") == repr(expected)


def test_logits_are_equal_to_the_bit(packed: PackedGPT2) -> None:
    """A row's logits are the same bits alone and among fifteen others."""
    network = packed._network
    assert network is not None
    prompt = list(range(40))

    def logits(company: int) -> torch.Tensor:
        packed.batch(16, 256)
        slots = network.slot_cache(16, 256)
        for length in [*range(3, 3 + company), len(prompt)]:
            cache = network.prompt_cache(length)
            tokens = (prompt * 2)[:length]
            for start in range(0, length, CHUNK_TOKENS):
                network.step([], slots, [Chunk(cache, tokens[start : start + CHUNK_TOKENS], False)])
            slots.join(cache)
        return torch.stack(
            [network.step([7] * (company + 1), slots, [])[company] for _ in range(40)]
        )

    alone = logits(0)
    assert all(torch.equal(logits(company), alone) for company in (1, 2, 3, 7, 15))
