"""Checkpoints are read as transformers reads them, or refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel

from gpt2_service.engine.checkpoint_reader import HEAD, PREFIX, read_checkpoint
from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.errors import StartupError

from .conftest import CHECKPOINT
from .running import run

COMMIT = "0123456789" * 4
SIZE = {
    "vocab_size": 1024,
    "n_positions": 32,
    "n_embd": 16,
    "n_layer": 2,
    "n_head": 2,
    "bos_token_id": 0,
    "eos_token_id": 0,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo checkpoint."""
    return shutil.copytree(CHECKPOINT, tmp_path / "copy")


def save(model: GPT2LMHeadModel, folder: Path, shard: str = "1GB") -> Path:
    """Save a model as transformers does, with the demo checkpoint's tokenizer."""
    model.save_pretrained(folder, max_shard_size=shard)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(CHECKPOINT / name, folder)
    return folder


def rewrite(folder: Path, change: Callable[[dict[str, Tensor]], None]) -> None:
    """Change the weights of a checkpoint."""
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def say(folder: Path, file: str, **values: object) -> None:
    """Change what a file of a checkpoint says."""
    path = folder / file
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(
    ("settings", "dtype", "shard"),
    [
        ({}, torch.float32, "1GB"),
        ({"tie_word_embeddings": False}, torch.float32, "1GB"),
        ({"n_inner": 24, "scale_attn_by_inverse_layer_idx": True}, torch.float32, "1GB"),
        ({}, torch.bfloat16, "1GB"),
        ({}, torch.float32, "20KB"),
    ],
)
def test_weights_are_those_of_transformers(
    settings: dict[str, object], dtype: torch.dtype, shard: str, tmp_path: Path
) -> None:
    """With a head of its own or without, in float32 or less, in one file or several."""
    torch.manual_seed(1)
    save(GPT2LMHeadModel(GPT2Config(**SIZE, **settings)).to(dtype), tmp_path, shard)
    assert (tmp_path / "model.safetensors.index.json").is_file() == (shard == "20KB")
    theirs = GPT2LMHeadModel.from_pretrained(tmp_path, dtype=torch.float32)
    expected = dict(theirs.named_parameters())
    read = read_checkpoint(tmp_path)
    assert read.weights.keys() == expected.keys()
    assert all(torch.equal(weight, expected[name]) for name, weight in read.weights.items())
    assert {weight.dtype for weight in read.weights.values()} == {torch.float32}
    request = GenerationRequest("Once", 12, seed=0, temperature=0)
    text = run(load_packed(tmp_path).batch(1, 12), [request])[0]
    tokens = torch.tensor([read.tokenizer("Once")["input_ids"]])
    with torch.inference_mode():
        made = theirs.eval().generate(tokens, do_sample=False, max_length=12, min_new_tokens=1)
    assert text.text == read.tokenizer.decode(made[0, tokens.shape[1] :], skip_special_tokens=True)


def test_names_without_a_prefix_are_known(folder: Path) -> None:
    """The hub's own `gpt2` has them, with masks that nobody needs any more."""
    before = load_packed(folder).fingerprint

    def rename(weights: dict[str, Tensor]) -> None:
        for name in list(weights):
            weights[name.removeprefix(PREFIX)] = weights.pop(name)
        weights["h.0.attn.bias"] = torch.ones(1, 1, 4, 4)

    rewrite(folder, rename)
    assert load_packed(folder).fingerprint == before


def as_bytes(weights: dict[str, Tensor]) -> None:
    name = f"{PREFIX}h.0.mlp.c_fc.weight"
    weights[name] = weights[name].to(torch.int8)


def cut(weights: dict[str, Tensor]) -> None:
    name = f"{PREFIX}wte.weight"
    weights[name] = weights[name][:-1].clone()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda weights: weights.pop(f"{PREFIX}ln_f.bias"), "1 missing keys, such as .*ln_f.bias"),
        (cut, r"wte.weight has the shape \[1023, 128\], not \[1024, 128\]"),
        (as_bytes, "mlp.c_fc.weight is of type torch.int8"),
    ],
)
def test_wrong_weights_are_refused(
    folder: Path, change: Callable[[dict[str, Tensor]], None], words: str
) -> None:
    """A model of the rest would talk nonsense."""
    rewrite(folder, change)
    with pytest.raises(StartupError, match=f"^cannot load the model '.*': ValueError: .*{words}"):
        load_packed(folder)


def test_a_head_that_is_missing_is_refused(folder: Path) -> None:
    """Where the configuration says that there is one."""
    say(folder, "config.json", tie_word_embeddings=False)
    with pytest.raises(StartupError, match=f"1 missing keys, such as {HEAD}"):
        load_packed(folder)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n_head": 3}, "n_embd 128 is not a multiple of n_head 3"),
        ({"n_layer": 4}, "12 missing keys"),
        ({"activation_function": "loud"}, "'loud' is not known to transformers"),
    ],
)
def test_a_wrong_configuration_is_refused(
    folder: Path, values: dict[str, object], words: str
) -> None:
    """Together with what it says."""
    say(folder, "config.json", **values)
    with pytest.raises(StartupError, match=words):
        load_packed(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": -1.0},
        {"temperature": float("nan")},
        {"top_k": -1},
        {"top_k": 1.5},
        {"top_p": 0.0},
        {"top_p": 1.5},
        {"repetition_penalty": 0},
        {"repetition_penalty": "high"},
        {"eos_token_id": 1024},
        {"eos_token_id": [0, -1]},
    ],
)
def test_defaults_that_nothing_can_be_made_with_are_refused(
    folder: Path, values: dict[str, object]
) -> None:
    """At the start: every request that leaves them open would fail."""
    say(folder, "generation_config.json", **values)
    with pytest.raises(StartupError, match=next(iter(values))):
        load_packed(folder)


def test_a_checkpoint_that_does_not_sample_is_greedy(folder: Path) -> None:
    """Whatever temperature stands beside that."""
    say(folder, "generation_config.json", do_sample=False, temperature=0.7)
    assert read_checkpoint(folder).defaults().temperature == 0
    say(folder, "generation_config.json", do_sample=True)
    assert read_checkpoint(folder).defaults().temperature == 0.7


def test_without_a_file_of_its_own_the_configuration_says_what_ends_a_text(folder: Path) -> None:
    """As older checkpoints do."""
    (folder / "generation_config.json").unlink()
    say(folder, "config.json", eos_token_id=5)
    assert read_checkpoint(folder).end_tokens() == {5}


def test_an_index_names_files_beside_it_alone(folder: Path) -> None:
    """A checkpoint may come from anybody."""
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../b"}}')
    with pytest.raises(StartupError, match=r"'../b', which is not a file beside it"):
        load_packed(folder)


def test_pickles_are_not_read(folder: Path) -> None:
    """They can run anything."""
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(StartupError, match=r"pickles such as pytorch_model\.bin are not read"):
        load_packed(folder)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the hub that holds one model, and no network."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    model = tmp_path / "models--owner--demo"
    shutil.copytree(CHECKPOINT, model / "snapshots" / COMMIT)
    (model / "refs").mkdir()
    (model / "refs" / "main").write_text(COMMIT)
    return model


def test_a_model_of_the_hub_is_found_by_its_revision(hub: Path) -> None:
    """The main branch, a tag or a commit, of which others may be there as well."""
    other = "f" * 40
    changed = shutil.copytree(CHECKPOINT, hub / "snapshots" / other)
    say(changed, "generation_config.json", temperature=0.5)
    (hub / "refs" / "v2").write_text(other)
    found = {
        revision: load_packed("owner/demo", revision=revision)
        for revision in ("", "main", COMMIT, "v2", other)
    }
    assert {model.name for model in found.values()} == {"owner/demo"}
    assert [model.defaults.temperature for model in found.values()] == [1, 1, 1, 0.5, 0.5]


@pytest.mark.parametrize(("name", "revision"), [("owner/none", ""), ("owner/demo", "v9")])
@pytest.mark.usefixtures("hub")
def test_what_the_hub_lacks_is_one_line(name: str, revision: str) -> None:
    """With the name."""
    with pytest.raises(StartupError, match=f"^cannot load the model '{name}': ") as seen:
        load_packed(name, revision=revision)
    assert "\n" not in str(seen.value)


def test_an_incomplete_model_of_the_hub_is_refused(hub: Path) -> None:
    """As a folder would be."""
    (hub / "snapshots" / COMMIT / "model.safetensors").unlink()
    with pytest.raises(StartupError, match="'owner/demo': ValueError: it has no readable weights"):
        load_packed("owner/demo")
