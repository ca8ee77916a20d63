"""Locust as an extra that may be missing."""

import importlib.util

import pytest

from boxproof.core.errors import ConfigError, ExitCode
from boxproof.drivers.locust.load_process import check_installed


def test_without_locust_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the exit code of wrong usage."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'boxproof\[load\]'$") as error:
        check_installed()
    assert error.value.exit_code is ExitCode.USAGE
