"""What can be known of a checkpoint folder without importing torch.

The files are those that transformers' `save_pretrained` writes.
"""

import json
import os
from pathlib import Path
from typing import Any

from gpt2_service.errors import SettingError

INDEX = "model.safetensors.index.json"
WEIGHTS = ("model.safetensors", INDEX)
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
TOKENIZERS = (("tokenizer.json",), ("vocab.json", "merges.txt"))
NAME_KEYS = ("model_name", "name_or_path", "_name_or_path")


def check_folder(folder: Path) -> None:
    """Raise SettingError for MODEL_PATH where `folder` is not a GPT-2 checkpoint to be read."""
    if problem := problem_of(folder):
        raise SettingError("MODEL_PATH", str(folder), problem)


def problem_of(folder: Path) -> str | None:
    """Return what keeps `folder` from being a GPT-2 checkpoint which this process may read."""
    if not folder.is_dir():
        return "is not a folder; mount a checkpoint there or set MODEL_NAME"
    if not os.access(folder, os.R_OK | os.X_OK):
        return "cannot be read by this user"
    try:
        kind = _config(folder).get("model_type")
    except FileNotFoundError:
        return "has no config.json, so it is not a checkpoint"
    except (OSError, ValueError) as error:
        return f"has a config.json that cannot be read: {error}"
    if kind != "gpt2":
        return f"contains a model of type {kind!r}, not 'gpt2'"
    if not any(_readable(folder / name) for name in WEIGHTS):
        problem = f"has no readable weights ({' or '.join(WEIGHTS)})"
        # Whoever wrote a pickle decides what runs when it is read.
        pickled = any((folder / name).exists() for name in PICKLES)
        return f"{problem}; pickles such as {PICKLES[0]} are not read" if pickled else problem
    if not any(all(_readable(folder / name) for name in names) for names in TOKENIZERS):
        return "has no readable tokenizer (tokenizer.json, or vocab.json and merges.txt)"
    return None


def checkpoint_name(folder: Path) -> str:
    """Return the name that the checkpoint gives itself, else the folder's name."""
    config = _config(folder)
    names = (config.get(key) for key in NAME_KEYS)
    return next((name for name in names if isinstance(name, str) and name), folder.resolve().name)


def _config(folder: Path) -> dict[str, Any]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise ValueError("it is not a JSON object")
    return config


def _readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)
