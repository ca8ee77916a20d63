"""What runs here: the versions of libraries, and what the image was built from."""

import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# Whose code chooses the tokens of a prompt, or computes with them.
LIBRARIES = ("tokenizers", "torch", "transformers")
# Written by Dockerfile-api, beside the package.
IMAGE_FILE = Path(__file__).parents[1] / "image.json"


@cache
def library_versions() -> dict[str, str]:
    """Return the version of Python, and of each of LIBRARIES that is installed."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            # The scripted engine needs none of them.
            continue
    return found


@cache
def built_image() -> dict[str, Any] | None:
    """Return what the build recorded about the image (`api.schemas.Image`); None outside of one."""
    if not IMAGE_FILE.is_file():
        return None
    said: dict[str, Any] = json.loads(IMAGE_FILE.read_text(encoding="utf-8"))
    return {name: value or None for name, value in said.items()}
