"""What transformers' own `generate` makes of prompts, greedily and one at a time.

Run as `python -m bench.reference FOLDER`: reads pairs of prompt and `max_length` as JSON from
stdin, writes the texts, prompt and continuation, as JSON.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoTokenizer, GPT2LMHeadModel
from transformers.utils import logging

Order = tuple[str, int]


def greedy(folder: Path, orders: Sequence[Order]) -> list[str]:
    """Return the text of every order."""
    model = GPT2LMHeadModel.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = []
    for prompt, max_length in orders:
        encoded = tokenizer(prompt, return_tensors="pt")
        with torch.inference_mode():
            output = model.generate(**encoded, do_sample=False, max_length=max_length)
        new = output[0, encoded["input_ids"].shape[1] :]
        texts.append(prompt + tokenizer.decode(new, skip_special_tokens=True))
    return texts


def main(folder: Path) -> None:
    """Answer what stdin asks for, with one thread, so that one may run on every core."""
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    print(json.dumps(greedy(folder, json.load(sys.stdin))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
