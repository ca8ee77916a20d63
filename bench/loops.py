"""Ways to generate text with the same weights in one thread, side by side."""

import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from bench.prompts import NEW_TOKENS, prompts
from gpt2_service.engine.batch import NetworkBatch
from gpt2_service.engine.linears import Precision
from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.engine.sequences import Sequence

# CPU-seconds of the steps in which so many sequences get a token each and no prompt is read.
Steps = Callable[[int], list[float]]
# Generates NEW_TOKENS for so many sequences at once; returns the tokens generated.
Loop = Callable[[int], int]


def transformers_generate(folder: Path) -> Loop:
    """`GPT2LMHeadModel.generate`, all sequences in one batch that waits for its longest."""
    model = GPT2LMHeadModel.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def loop(count: int) -> int:
        encoded = [tokenizer(prompt)["input_ids"] for prompt in prompts(count)]
        length = min(map(len, encoded))
        inputs = torch.tensor([tokens[:length] for tokens in encoded])
        with torch.inference_mode():
            output = model.generate(
                inputs,
                attention_mask=torch.ones_like(inputs),
                do_sample=True,
                max_new_tokens=NEW_TOKENS,
                min_new_tokens=NEW_TOKENS,
                pad_token_id=0,
            )
        return int(output[:, length:].numel())

    return loop


def engine_batch(folder: Path, precision: Precision, slots: int = 16) -> Loop:
    """The service's batch, stepped without HTTP and without its thread."""
    batch = load_packed(folder, precision).batch(slots, 256)

    def loop(count: int) -> int:
        sequences = join(batch, count, NEW_TOKENS)
        while batch.running:
            batch.step()
        return sum(one.completion_tokens for one in sequences)

    return loop


def engine_steps(folder: Path, precision: Precision, slots: int) -> Steps:
    """The same batch, for up to `slots` sequences, step by step."""
    batch = load_packed(folder, precision, slots=slots).batch(slots, 256)

    def steps(count: int) -> list[float]:
        join(batch, count, NEW_TOKENS)
        taken = []
        while batch.running:
            began = time.thread_time()
            moved = batch.step()
            taken.append((len(moved), time.thread_time() - began))
        # The first of these may have read the last prompts as well.
        return [seconds for sequences, seconds in taken if sequences == count][1:]

    return steps


def join(batch: NetworkBatch, count: int, new_tokens: int) -> list[Sequence]:
    """Have so many prompts join the batch, each with a seed of its own."""
    sequences = []
    for seed, prompt in enumerate(prompts(count)):
        length = len(batch.encode(prompt)) + new_tokens
        sequences.append(Sequence(GenerationRequest(prompt, length), Sampling(), seed))
    for sequence in sequences:
        batch.join(sequence)
    return sequences
