"""The demo checkpoint, as transformers and as the engine run it."""

from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, GPT2LMHeadModel, PreTrainedTokenizerBase

from gpt2_service.engine.batch import NetworkBatch
from gpt2_service.engine.packed import PackedGPT2, load_packed

CHECKPOINT = Path(__file__).parents[2] / "checkpoint"


@pytest.fixture(scope="session")
def reference() -> GPT2LMHeadModel:
    """The checkpoint as transformers runs it."""
    torch.set_num_threads(1)
    return GPT2LMHeadModel.from_pretrained(CHECKPOINT).eval()


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(CHECKPOINT)


@pytest.fixture(scope="session")
def packed() -> PackedGPT2:
    """The checkpoint, packed in float32."""
    return load_packed(CHECKPOINT)


@pytest.fixture
def batch(packed: PackedGPT2) -> NetworkBatch:
    """An empty batch of sixteen."""
    return packed.batch(slots=16, max_tokens=256)
