"""A checkpoint of GPT-2's true size with random weights: as much work per token, no download.

Run as `python -m bench.checkpoint FOLDER`.
"""

import sys
from itertools import islice, product
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, GPT2Tokenizer

END = "<|endoftext|>"


def make_checkpoint(folder: Path) -> Path:
    """Write the checkpoint to `folder` unless it is there; returns `folder`.

    124 million weights, 12 layers of width 768, 50,257 tokens, a context of 1024. No token ends a
    text, so that every text has the length that was asked for.
    """
    if not (folder / "model.safetensors").is_file():
        config = GPT2Config(bos_token_id=None, eos_token_id=None)
        torch.manual_seed(0)
        GPT2LMHeadModel(config).save_pretrained(folder)
        _tokenizer(config.vocab_size).save_pretrained(folder)
    return folder


def _tokenizer(size: int) -> GPT2Tokenizer:
    """Return a byte-level BPE tokenizer: all bytes, then pairs of bytes, `size` tokens in all."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pairs = list(islice(product(letters, letters), size - len(letters) - 1))
    vocabulary = {token: number for number, token in enumerate([*letters, *map("".join, pairs)])}
    vocabulary[END] = size - 1
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return GPT2Tokenizer(
        tokenizer_object=tokenizer, vocab=vocabulary, merges=pairs, eos_token=END, bos_token=END
    )


if __name__ == "__main__":
    print(make_checkpoint(Path(sys.argv[1])))
