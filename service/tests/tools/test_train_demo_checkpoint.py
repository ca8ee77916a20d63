"""The committed checkpoint: a real GPT-2 that loads offline, and belongs to its script."""

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from demo_text import documents
from train_demo_checkpoint import (
    CHECKPOINT,
    DOCUMENTS,
    MADE,
    MODEL_NAME,
    SEED,
    check,
    digests,
    train_tokenizer,
)
from transformers import AutoTokenizer, GPT2LMHeadModel
from transformers.utils import logging as transformers_logging

BUDGET_BYTES = 6_000_000


@pytest.fixture(scope="module")
def model() -> Any:
    """The committed model, loaded as the service loads it; a warning is an error."""
    transformers_logging.set_verbosity_warning()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return GPT2LMHeadModel.from_pretrained(CHECKPOINT, local_files_only=True)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(CHECKPOINT, local_files_only=True)


def test_says_what_it_is(model: Any) -> None:
    """It names itself as the demo checkpoint, and the model card says that it is not OpenAI's."""
    assert model.config.model_name == MODEL_NAME
    assert model.config.architectures == ["GPT2LMHeadModel"]
    assert "not OpenAI's GPT-2" in (CHECKPOINT / "README.md").read_text()


def test_is_small() -> None:
    """A clone stays quick: the whole folder is below 6 MB."""
    assert sum(path.stat().st_size for path in CHECKPOINT.iterdir()) < BUDGET_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "Once upon a time",
        " two  spaces and a tab\t",
        "naïve 👩\u200d🚀 مرحبا 你好",
        "\x00\x1f\x7f",
        "<|endoftext|> spelled out",
    ],
)
def test_any_text_survives_the_tokenizer(tokenizer: Any, text: str) -> None:
    """All 256 bytes are tokens, so no text is unknown and none is changed."""
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_writes_sentences_of_its_own_text(model: Any, tokenizer: Any) -> None:
    """What it samples is made of the words that it was trained on, not of noise."""
    known = set(re.findall(r"\w+", " ".join(documents(500, SEED))))
    torch.manual_seed(1)
    prompt = tokenizer("Once upon a time there was", return_tensors="pt")
    sampled = model.generate(**prompt, do_sample=True, top_k=50, max_length=200)
    found = re.findall(r"\w+", tokenizer.decode(sampled[0], skip_special_tokens=True))[:-1]
    assert len(found) > 30
    assert len([word for word in found if word in known]) / len(found) > 0.95


def test_tokenizer_is_the_one_that_the_script_trains(tmp_path: Path) -> None:
    """The text changed without the checkpoint, or the other way round, shows here."""
    train_tokenizer(list(documents(DOCUMENTS, SEED))).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (CHECKPOINT / name).read_bytes()


def test_check_tells_which_file_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` names the file whose bytes differ and fails."""

    def make(folder: Path) -> None:
        for name in MADE:
            (folder / name).write_text(json.dumps(name))

    monkeypatch.setattr("train_demo_checkpoint.make", make)
    make(tmp_path)
    assert check(tmp_path) == 0
    committed = digests(tmp_path)
    (tmp_path / "config.json").write_text("changed")
    assert check(tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()[len(MADE) :]
    assert [line for line in lines if "differs" in line] == [
        f"{committed['config.json']}  config.json  differs, "
        f"{digests(tmp_path)['config.json']} is committed"
    ]
