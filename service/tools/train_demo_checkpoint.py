"""Make the demo checkpoint: a small, real GPT-2 with a tokenizer of its own.

    python service/tools/train_demo_checkpoint.py            writes service/checkpoint
    python service/tools/train_demo_checkpoint.py --check    trains again and compares the bytes

Needs torch and transformers (the service's own dependencies). Same torch, same kind of processor:
same bytes. Another build of torch rounds its sums differently, and the weights come out a little
different there, which `--check` then says.
"""

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from demo_text import documents
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn import functional
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel, GPT2Tokenizer

CHECKPOINT = Path(__file__).resolve().parent.parent / "checkpoint"
MODEL_NAME = "boxproof-demo-gpt2"
END_OF_TEXT = "<|endoftext|>"
MADE = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
)

SEED = 20_240_511
DOCUMENTS = 2_000
VOCABULARY = 1_024
CONTEXT_TOKENS = 1_024
THREADS = 2
"""Sums are split by thread, so their number is part of what makes the bytes the same."""

STEPS = 450
WARM_UP_STEPS = 50
BATCH_ROWS = 16
ROW_TOKENS = 208
"""A little more than the 200 tokens that the service generates at most."""

LEARNING_RATE = 3e-3


def train_tokenizer(texts: list[str]) -> GPT2Tokenizer:
    """A byte-level BPE tokenizer as GPT-2's: all 256 bytes are tokens, so no text is unknown."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    learned = json.loads(bpe.to_str())["model"]
    merges: Any = [tuple(pair) for pair in learned["merges"]]
    return GPT2Tokenizer(
        vocab=learned["vocab"],
        merges=merges,
        pad_token=END_OF_TEXT,
        model_max_length=CONTEXT_TOKENS,
    )


def new_model(end_of_text: int) -> GPT2LMHeadModel:
    """GPT-2's architecture and context of 1024 tokens, with three narrow layers."""
    config = GPT2Config(
        architectures=["GPT2LMHeadModel"],
        vocab_size=VOCABULARY,
        n_positions=CONTEXT_TOKENS,
        n_embd=128,
        n_layer=3,
        n_head=4,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=end_of_text,
        eos_token_id=end_of_text,
        pad_token_id=end_of_text,
    )
    config.update({"model_name": MODEL_NAME})
    model = GPT2LMHeadModel(config)
    ends = dict.fromkeys(("bos_token_id", "eos_token_id", "pad_token_id"), end_of_text)
    model.generation_config = GenerationConfig.from_dict(ends)
    return model


def batches(tokens: torch.Tensor) -> Iterator[torch.Tensor]:
    """Endless (BATCH_ROWS, ROW_TOKENS) cuts of the text, at places drawn from the seed."""
    chance = random.Random(SEED)
    while True:
        starts = [chance.randrange(len(tokens) - ROW_TOKENS) for _ in range(BATCH_ROWS)]
        yield torch.stack([tokens[start : start + ROW_TOKENS] for start in starts])


def train(model: GPT2LMHeadModel, tokens: torch.Tensor) -> None:
    """Next-token training with AdamW under a one-cycle learning rate; prints the loss."""
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=STEPS, pct_start=WARM_UP_STEPS / STEPS
    )
    model.train()
    began = time.monotonic()
    for step, batch in zip(range(1, STEPS + 1), batches(tokens), strict=False):
        logits = model(input_ids=batch, attention_mask=torch.ones_like(batch)).logits
        loss = functional.cross_entropy(logits[:, :-1].flatten(0, 1), batch[:, 1:].flatten())
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            seconds = time.monotonic() - began
            print(f"step {step}/{STEPS}  loss {loss.item():.3f}  {seconds:.0f} s", flush=True)
    model.train(False)


def make(folder: Path) -> None:
    """Write the whole checkpoint except its README.md into `folder`."""
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    texts = list(documents(DOCUMENTS, SEED))
    tokenizer = train_tokenizer(texts)
    end_of_text = tokenizer.get_vocab()[END_OF_TEXT]
    tokens = torch.tensor(
        [token for ids in tokenizer(texts)["input_ids"] for token in (*ids, end_of_text)]
    )
    print(f"{len(texts)} documents, {len(tokens)} tokens", flush=True)
    model = new_model(end_of_text)
    train(model, tokens)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for name in MADE:
        (folder / name).chmod(0o644)  # the server that reads them may run as any user


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each made file, by name. Raises FileNotFoundError where one is missing."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in MADE}


def check(folder: Path) -> int:
    """Train into a temporary folder; 0 when every file has the same bytes as in `folder`."""
    with tempfile.TemporaryDirectory() as fresh:
        make(Path(fresh))
        expected, found = digests(folder), digests(Path(fresh))
    for name, digest in found.items():
        verdict = "same" if digest == expected[name] else f"differs, {expected[name]} is committed"
        print(f"{digest}  {name}  {verdict}")
    return 0 if found == expected else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="make the demo GPT-2 checkpoint")
    parser.add_argument("--check", action="store_true", help="compare instead of write")
    parser.add_argument("--folder", type=Path, default=CHECKPOINT, help="default: %(default)s")
    arguments = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if arguments.check:
        return check(arguments.folder)
    make(arguments.folder)
    for name, digest in digests(arguments.folder).items():
        print(f"{digest}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
