"""Ways to generate text with the same weights in one thread, side by side."""

import random
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from gpt2_service.engine.linears import Precision
from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.sequences import Job, Ticket

NEW_TOKENS = 50
PROMPT_WORDS = 4

# Generates NEW_TOKENS for so many sequences at once; returns the tokens generated.
Loop = Callable[[int], int]


def prompts(count: int) -> list[str]:
    """Return short prompts of one length."""
    draw = random.Random(0)
    letters = "abcdefghij"
    return [
        " ".join("".join(draw.choices(letters, k=3)) for _ in range(PROMPT_WORDS))
        for _ in range(count)
    ]


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
