"""Compose documents as YAML for a person, and as a difference between two of them."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

import yaml

ORDER = ("name", "services", "networks", "volumes", "configs", "secrets")
#: Strings that YAML 1.1 (this writer) and YAML 1.2 (compose) could take for different things.
DOUBTFUL = re.compile(r"[-+.\d~]")


class _Dumper(yaml.SafeDumper):
    """Quotes every string that looks like a number to some reader of YAML."""


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if DOUBTFUL.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _string)


def render(document: Mapping[str, Any], made_from: str = "") -> str:
    """A document as YAML, with a word on where it came from when ``made_from`` names that."""
    head = f"# made by boxproof from {made_from}; do not edit\n" if made_from else ""
    ordered = {key: document[key] for key in (*ORDER, *document) if key in document}
    body = "".join(
        yaml.dump({key: _tidy(value)}, Dumper=_Dumper, allow_unicode=True, width=100)
        for key, value in ordered.items()
    )
    return head + body


def diff(production: Mapping[str, Any], test: Mapping[str, Any], file: str = "") -> str:
    """A unified difference from production to test; empty when there is none."""
    before, after = render(production).splitlines(), render(test).splitlines()
    names = (file or "production", "docker-compose-test.yml")
    return "".join(f"{line}\n" for line in difflib.unified_diff(before, after, *names, lineterm=""))


def _tidy(value: Any) -> Any:
    """Without the empty places that compose adds when it resolves a file."""
    if isinstance(value, Mapping):
        kept = {key: _tidy(each) for key, each in value.items()}
        return {
            key: each
            for key, each in kept.items()
            if each not in ({}, []) and (each is not None or key not in ("command", "entrypoint"))
        }
    return [_tidy(each) for each in value] if isinstance(value, list) else value
