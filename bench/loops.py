"""Ways to generate text with the same weights in one thread, side by side."""

from collections.abc import Callable
from pathlib import Path

import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from bench.prompts import NEW_TOKENS, prompts
from gpt2_service.engine.linears import Precision
from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.sequences import Job, Ticket

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
        tickets = []
        for seed, prompt in enumerate(prompts(count)):
            length = len(batch.encode(prompt)) + NEW_TOKENS
            tickets.append(Ticket(Job(prompt, max_length=length, seed=seed)))
        for ticket in tickets:
            batch.join(ticket)
        while batch.running:
            batch.step()
        return sum(ticket.progress.completion_tokens for ticket in tickets)

    return loop
