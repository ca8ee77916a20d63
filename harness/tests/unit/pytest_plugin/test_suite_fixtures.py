"""The fixtures of the shipped suite."""

from types import ModuleType

import pytest

from boxproof.core.entry_points import PackageError
from boxproof.pytest_plugin.suite_fixtures import of_modules


@pytest.fixture(name="given")
def _given() -> int:
    """Whatever."""
    return 1


@pytest.fixture(name="given")
def _another() -> int:
    """Of the same name."""
    return 2


def module(name: str, **values: object) -> ModuleType:
    """A module that holds these."""
    made = ModuleType(name)
    vars(made).update(values)
    return made


def test_a_fixture_is_found_under_the_name_that_it_was_given() -> None:
    """Other values are none."""
    assert list(of_modules([module("one", first=_given, other=1)])) == ["given"]


def test_a_module_that_imports_a_fixture_declares_none() -> None:
    """Clauses of two families may share one."""
    assert len(of_modules([module("one", first=_given), module("two", first=_given)])) == 1


def test_two_fixtures_of_one_name_are_refused() -> None:
    """One of them would silently take the other's place."""
    with pytest.raises(PackageError, match="two: the fixture 'given' is declared in one already"):
        of_modules([module("one", first=_given), module("two", first=_another)])
