"""The names of modules."""

from collections import Counter
from pathlib import Path

import boxproof

SOURCE = Path(boxproof.__file__).parent
#: Python's own names for what every package may have.
OWN = {"__init__", "__main__"}
VAGUE = {"utils", "helpers", "common", "manager", "misc"}


def names() -> Counter[str]:
    """How many modules and packages have each name."""
    every = list(SOURCE.rglob("*.py"))
    modules = Counter(each.stem for each in every if each.stem not in OWN)
    return modules + Counter(each.parent.name for each in every if each.stem == "__init__")


def test_no_two_modules_have_one_name() -> None:
    """Whoever reads a name, in a traceback or in talk, knows which is meant."""
    assert [name for name, count in names().items() if count > 1] == []


def test_no_name_says_nothing() -> None:
    """A module is called by what it holds."""
    assert not VAGUE & names().keys()
