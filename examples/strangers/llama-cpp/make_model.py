"""Writes a tiny Llama of random weights, which continues any text with nonsense.

Usage: python make_model.py FILE
"""

import sys
import zlib

import gguf
import numpy as np

LAYERS, WIDTH, HEADS, INNER, CONTEXT = 2, 64, 4, 128, 512
EPSILON = 1e-5
#: Tokens of their own, beside the 256 bytes.
LETTERS = "etaoinshrdlu"


def main(file: str) -> None:
    """Write the model."""
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    vocabulary = add_tokenizer(writer)
    for name, shape in tensors(vocabulary).items():
        writer.add_tensor(name, weights(name, shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tokenizer(writer: gguf.GGUFWriter) -> int:
    """Describe a tokenizer by bytes and letters; how many tokens it has."""
    special = ["<unk>", "<s>", "</s>"]
    raw = [f"<0x{number:02X}>" for number in range(256)]
    words = ["\u2581", *LETTERS, *(f"\u2581{letter}" for letter in LETTERS)]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * len(raw) + [gguf.TokenType.NORMAL] * len(words)
    tokens = [*special, *raw, *words]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(number) for number in range(len(tokens))])
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_vocab_size(len(tokens))
    return len(tokens)


def tensors(vocabulary: int) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor, rows first."""
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (vocabulary, WIDTH),
        "output_norm.weight": (WIDTH,),
        "output.weight": (vocabulary, WIDTH),
    }
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        shapes |= {f"{block}.attn_{each}.weight": (WIDTH, WIDTH) for each in ("q", "k", "v")}
        shapes |= {f"{block}.attn_output.weight": (WIDTH, WIDTH)}
        shapes |= {f"{block}.{each}_norm.weight": (WIDTH,) for each in ("attn", "ffn")}
        shapes |= {f"{block}.ffn_{each}.weight": (INNER, WIDTH) for each in ("gate", "up")}
        shapes |= {f"{block}.ffn_down.weight": (WIDTH, INNER)}
    return shapes


def weights(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The same at every run; norms leave things as they are."""
    if "norm" in name:
        return np.ones(shape, dtype=np.float32)
    drawn = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
    return (drawn / np.sqrt(shape[-1])).astype(np.float32)


if __name__ == "__main__":
    main(sys.argv[1])
