"""What is said of a checkpoint folder before torch is imported."""

import json
from pathlib import Path

import pytest

from gpt2_service.engine.checkpoint import check_folder, checkpoint_name
from gpt2_service.errors import SettingError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    (tmp_path / "model.safetensors").touch()
    (tmp_path / "tokenizer.json").touch()
    return tmp_path


def test_a_complete_folder_passes(folder: Path) -> None:
    """Either form of tokenizer will do."""
    check_folder(folder)
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").touch()
    (folder / "merges.txt").touch()
    check_folder(folder)


@pytest.mark.parametrize(
    ("missing", "rule"),
    [
        ("config.json", "has no config.json"),
        ("model.safetensors", "has no readable weights"),
        ("tokenizer.json", "has no readable tokenizer"),
    ],
)
def test_a_missing_file_is_named(folder: Path, missing: str, rule: str) -> None:
    """Together with the folder."""
    (folder / missing).unlink()
    with pytest.raises(SettingError, match=f"^MODEL_PATH: '.*' {rule}"):
        check_folder(folder)


@pytest.mark.parametrize(
    ("config", "rule"),
    [
        ("{", "cannot be read"),
        ("[]", "not a JSON object"),
        ('{"model_type": "llama"}', "type 'llama'"),
        ("{}", "type None"),
    ],
)
def test_a_wrong_config_is_refused(folder: Path, config: str, rule: str) -> None:
    """Only GPT-2 can be served."""
    (folder / "config.json").write_text(config)
    with pytest.raises(SettingError, match=rule):
        check_folder(folder)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    """With the next step."""
    with pytest.raises(SettingError, match="set MODEL_NAME"):
        check_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"model_name": "demo", "_name_or_path": "other"}, "demo"),
        ({"_name_or_path": "gpt2"}, "gpt2"),
        ({"model_name": "", "name_or_path": 5}, "folder"),
    ],
)
def test_a_checkpoint_names_itself(tmp_path: Path, config: object, expected: str) -> None:
    """Else its folder does."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    assert checkpoint_name(folder) == expected
