"""What decides a text besides its request, in a few characters."""

import hashlib
import json
from zlib import crc32

import torch

from gpt2_service import __version__
from gpt2_service.engine.checkpoint_reader import Checkpoint
from gpt2_service.provenance import library_versions

# 64 bits: nobody meets two services that differ and have one fingerprint.
DIGITS = 16


def fingerprint(checkpoint: Checkpoint, precision: str, slots: int) -> str:
    """Return one fingerprint for everything that a text of the same request depends on.

    That is the model with its tokenizer and defaults, the precision, the slots of a batch, the
    versions of this service, Python and libraries, and the processor's instruction set. Slots and
    instruction set decide in which order a kernel adds. The weights enter by their check sums
    (CRC-32): eight times as fast as SHA-256, and what they are to tell apart is no forgery.
    """
    everything = {
        "weights": {
            name: (list(weight.shape), crc32(weight.contiguous().numpy()))
            for name, weight in checkpoint.weights.items()
        },
        "config": _without_origin(checkpoint.config.to_dict()),
        "defaults": _without_origin(checkpoint.generation.to_dict()),
        "tokenizer": checkpoint.tokenizer.backend_tokenizer.to_str(),
        "precision": precision,
        "slots": slots,
        "service": __version__,
        "versions": library_versions(),
        "processor": torch.backends.cpu.get_cpu_capability(),
    }
    text = json.dumps(everything, sort_keys=True, default=str)
    return f"fp_{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def _without_origin(config: dict[str, object]) -> dict[str, object]:
    """Leave out where a checkpoint came from, and what wrote it."""
    return {
        name: value
        for name, value in config.items()
        if not name.startswith("_") and name != "transformers_version"
    }
