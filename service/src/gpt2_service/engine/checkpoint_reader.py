"""A GPT-2 checkpoint, read from a folder or fetched from the hub.

transformers reads its configuration and its tokenizer. The weights are read from safetensors here:
transformers' classes of models take two seconds to import, draw at random what a file lacks, and
are not what computes (`engine/network.py`). Their names and shapes are those of transformers'
`GPT2LMHeadModel`, with which the tests compare.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from safetensors import safe_open
from torch import Tensor
from transformers import AutoTokenizer, GenerationConfig, GPT2Config, PreTrainedTokenizerBase

from gpt2_service.engine.checkpoint import INDEX, WEIGHTS, checkpoint_name, problem_of
from gpt2_service.engine.requests import Sampling

# What is fetched from the hub: no weights of other frameworks, and no pickles.
FILES = ("config.json", "generation_config.json", *WEIGHTS, "model-*.safetensors")
TOKENIZER_FILES = ("tokenizer*.json", "vocab.json", "merges.txt", "*_tokens*.json")
PREFIX = "transformer."
HEAD = "lm_head.weight"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything that a checkpoint says.

    Attributes:
        weights: float32, by their names in transformers' `GPT2LMHeadModel`; without a head of its
            own (`lm_head.weight`) where that is the embedding of tokens.
        generation: what it says of sampling and of the end of a text.
    """

    name: str
    config: GPT2Config
    weights: Mapping[str, Tensor]
    generation: GenerationConfig
    tokenizer: PreTrainedTokenizerBase

    def defaults(self) -> Sampling:
        """Return how it samples where a request leaves that open."""
        return _defaults(self.generation)

    def end_tokens(self) -> frozenset[int]:
        """Return the tokens that end a text."""
        return _end_tokens(self.generation)


def fetch(name: str, revision: str) -> Path:
    """Return the folder of a checkpoint of the hub, fetched where it is not there yet.

    `revision` is a branch, a tag or a commit; empty for the main branch. Raises what
    huggingface_hub raises.
    """
    files = [*FILES, *TOKENIZER_FILES]
    return Path(snapshot_download(name, revision=revision or None, allow_patterns=files))


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises ValueError for weights that are missing, of another shape or not floating-point, for
    defaults that nothing can be sampled with, and for end tokens that are none; and whatever the
    libraries raise for files that they cannot read.
    """
    if problem := problem_of(folder):
        raise ValueError(f"it {problem}")
    config = GPT2Config.from_pretrained(folder)
    if config.n_embd % config.n_head:
        raise ValueError(f"n_embd {config.n_embd} is not a multiple of n_head {config.n_head}")
    has_own = (folder / "generation_config.json").is_file()
    generation = (
        GenerationConfig.from_pretrained(folder)
        if has_own
        else GenerationConfig.from_model_config(config)
    )
    _defaults(generation)
    for token in _end_tokens(generation):
        if not 0 <= token < config.vocab_size:
            raise ValueError(f"eos_token_id {token} is not one of {config.vocab_size} tokens")
    return Checkpoint(
        checkpoint_name(folder),
        config,
        _read_weights(folder, shapes(config)),
        generation,
        AutoTokenizer.from_pretrained(folder),
    )


def shapes(config: GPT2Config) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight of a model with that configuration."""
    width = config.n_embd
    inner = config.n_inner or 4 * width
    found: dict[str, tuple[int, ...]] = {
        "wte.weight": (config.vocab_size, width),
        "wpe.weight": (config.n_positions, width),
        **_with_bias("ln_f", width),
    }
    for layer in range(config.n_layer):
        block = f"h.{layer}"
        found |= _with_bias(f"{block}.ln_1", width)
        found |= _with_bias(f"{block}.attn.c_attn", width, 3 * width)
        found |= _with_bias(f"{block}.attn.c_proj", width, width)
        found |= _with_bias(f"{block}.ln_2", width)
        found |= _with_bias(f"{block}.mlp.c_fc", width, inner)
        found |= _with_bias(f"{block}.mlp.c_proj", inner, width)
    named = {f"{PREFIX}{name}": shape for name, shape in found.items()}
    if not config.tie_word_embeddings:
        named[HEAD] = (config.vocab_size, width)
    return named


def _with_bias(name: str, *shape: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": shape, f"{name}.bias": shape[-1:]}


def _read_weights(folder: Path, wanted: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    weights = {}
    for path in _weight_files(folder):
        with safe_open(path, framework="pt") as file:
            for stored in file.keys():  # noqa: SIM118 (it is not a mapping)
                # The hub's own `gpt2` was saved without the prefix.
                name = stored if stored.startswith((PREFIX, HEAD)) else f"{PREFIX}{stored}"
                # Others are masks of old versions, and heads for other tasks.
                if name in wanted:
                    weights[name] = file.get_tensor(stored)
    if missing := sorted(wanted.keys() - weights):
        raise ValueError(
            f"{len(missing)} missing keys, such as {missing[0]}; is it a whole GPT-2 checkpoint?"
        )
    for name, weight in weights.items():
        if tuple(weight.shape) != wanted[name]:
            raise ValueError(
                f"{name} has the shape {list(weight.shape)}, not {list(wanted[name])} as "
                "config.json says"
            )
        if not weight.is_floating_point():
            raise ValueError(f"{name} is of type {weight.dtype}, which is not floating-point")
    # A copy: the file is mapped, and whoever changed it would change the model.
    return {name: weight.to(torch.float32, copy=True) for name, weight in weights.items()}


def _weight_files(folder: Path) -> Iterator[Path]:
    """Yield the files that hold the weights: one, or those that an index names."""
    index = folder / INDEX
    if not index.is_file():
        yield folder / WEIGHTS[0]
        return
    for name in sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())):
        if Path(name).name != name:
            raise ValueError(f"{INDEX} names {name!r}, which is not a file beside it")
        yield folder / name


def _end_tokens(said: GenerationConfig) -> frozenset[int]:
    ends = said.eos_token_id
    return frozenset(() if ends is None else ends if isinstance(ends, list) else (ends,))


def _defaults(said: GenerationConfig) -> Sampling:
    """Return what a checkpoint says of sampling, completed as transformers does.

    Raises ValueError for what nothing can be sampled with.
    """
    given: dict[str, Any] = {
        name: value
        for name in ("temperature", "top_k", "top_p", "repetition_penalty")
        if (value := getattr(said, name, None)) is not None
    }
    for name, value in given.items():
        if not _is_usable(name, value):
            raise ValueError(f"{name} {value!r} of its generation_config.json cannot be used")
    if said.do_sample is False:
        given["temperature"] = 0.0
    return Sampling(**given)


def _is_usable(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    if name == "top_k":
        return isinstance(value, int) and value >= 0
    if name == "temperature":
        return value >= 0
    return 0 < value <= 1 if name == "top_p" else value > 0
