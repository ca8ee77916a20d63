"""The OpenAPI document that is committed beside the code, as a file in JSON or in YAML."""

import json
from pathlib import Path
from typing import Any

import yaml


def read_document(path: Path) -> dict[str, Any]:
    """The document in a file.

    Raises:
        ValueError: it holds no OpenAPI 3 document; says what it holds.
    """
    try:
        text = path.read_text(encoding="utf-8")
        # JSON first: of a large file YAML's parser would take seconds.
        found = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"cannot be read as JSON or YAML: {reason}") from None
    version = found.get("openapi") if isinstance(found, dict) else None
    if not str(version).startswith("3."):
        raise ValueError("is not an OpenAPI 3 document")
    # What YAML alone has, such as dates and numbers as keys, is text in what a service serves.
    document: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return document
