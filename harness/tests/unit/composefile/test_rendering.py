"""The YAML that a person reads is what compose reads back."""

from typing import Any

import pytest
import yaml

from boxproof.composefile import diff, render


@pytest.mark.parametrize("text", ["yes", "0o17", "1e3", "22:22", "~", "-1", "", "a: b", "№5", "#"])
def test_strings_stay_strings(text: str) -> None:
    """What some reader of YAML takes for a number, a boolean or nothing is quoted."""
    shown = render({"services": {"api": {"environment": {"A": text}}}})
    assert yaml.safe_load(shown)["services"]["api"]["environment"]["A"] == text
    if text[:1] in "0123456789-~":
        assert f"'{text}'" in shown


def test_header() -> None:
    """A written file says what it was made from, and that it is not the place to edit."""
    assert render({"name": "a"}, "docker-compose.yml").startswith(
        "# made by boxproof from docker-compose.yml; do not edit\n"
    )


def test_same_documents_differ_in_nothing() -> None:
    """Order and compose's empty places are no difference."""
    first: dict[str, Any] = {"name": "a", "services": {"b": {"image": "i", "command": None}}}
    second: dict[str, Any] = {"services": {"b": {"image": "i", "networks": {}}}, "name": "a"}
    assert diff(first, second) == ""


def test_unset_variable_is_kept() -> None:
    """A variable without a value (taken from the shell) is not one of the empty places."""
    assert "A: null" in render({"services": {"api": {"environment": {"A": None}}}})
