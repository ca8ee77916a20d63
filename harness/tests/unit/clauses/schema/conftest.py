"""Toy services that answer at once."""

import pytest
from apps import good


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(good, "STEP_SECONDS", 0.0)
