"""What decides a text has a fingerprint."""

import json
import shutil
from pathlib import Path

import pytest
from transformers import GPT2LMHeadModel

from gpt2_service import provenance
from gpt2_service.engine.packed import load_packed

from .conftest import CHECKPOINT
from .precisions import COMPUTED


def test_a_checkpoint_has_one_wherever_it_lies(tmp_path: Path) -> None:
    """Loaded again, and from another folder."""
    copy = shutil.copytree(CHECKPOINT, tmp_path / "moved")
    found = {load_packed(folder).fingerprint for folder in (CHECKPOINT, CHECKPOINT, copy)}
    assert len(found) == 1
    assert found.pop().startswith("fp_")


def test_precisions_have_their_own() -> None:
    """They compute other texts."""
    assert len({load_packed(CHECKPOINT, each).fingerprint for each in COMPUTED}) == len(COMPUTED)


def test_one_weight_makes_another(tmp_path: Path) -> None:
    """However small the change."""
    folder = shutil.copytree(CHECKPOINT, tmp_path / "changed")
    model = GPT2LMHeadModel.from_pretrained(folder)
    bias = model.transformer.h[0].attn.c_attn.bias.data
    bias[0] += bias[0].abs() * 1e-6 + 1e-9
    model.save_pretrained(folder)
    assert load_packed(folder).fingerprint != load_packed(CHECKPOINT).fingerprint


def test_defaults_make_another(tmp_path: Path) -> None:
    """They decide how the next token is chosen where a request says nothing."""
    folder = shutil.copytree(CHECKPOINT, tmp_path / "changed")
    file = folder / "generation_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "top_k": 7}))
    assert load_packed(folder).fingerprint != load_packed(CHECKPOINT).fingerprint


def test_slots_make_another() -> None:
    """Kernels are chosen for the sizes of a batch."""
    assert load_packed(CHECKPOINT, slots=8).fingerprint != load_packed(CHECKPOINT).fingerprint


def test_a_library_makes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of another version."""
    before = load_packed(CHECKPOINT).fingerprint
    versions = {**provenance.library_versions(), "torch": "0.0.1"}
    monkeypatch.setattr("gpt2_service.engine.fingerprint.library_versions", lambda: versions)
    assert load_packed(CHECKPOINT).fingerprint != before
