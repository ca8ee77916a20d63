"""The fixtures of the shipped suite, which no test of a team's own sees.

They are declared with ``@pytest.fixture`` in the modules of clauses and scenarios.
"""

from collections.abc import Iterable
from types import ModuleType

import pytest

# pytest has no public name for what its decorator returns; its version is pinned for that.
from _pytest.fixtures import FixtureFunctionDefinition

from boxproof.clauses import registry
from boxproof.core.entry_points import PackageError
from boxproof.pytest_plugin import fixtures


def declared() -> dict[str, FixtureFunctionDefinition]:
    """The fixtures that a clause may ask for, by name.

    Raises:
        PackageError: two modules declare one name, or a joined package cannot be used.
    """
    return of_modules((fixtures, *registry.modules()))


def of_modules(modules: Iterable[ModuleType]) -> dict[str, FixtureFunctionDefinition]:
    """The fixtures that stand in these modules, by name.

    Raises:
        PackageError: two of them declare one name.
    """
    found: dict[str, FixtureFunctionDefinition] = {}
    owners: dict[str, str] = {}
    for module in modules:
        for attribute, value in vars(module).items():
            if not isinstance(value, FixtureFunctionDefinition):
                continue
            name = value._fixture_function_marker.name or attribute
            # A module that imports a fixture declares none.
            if found.get(name, value) is not value:
                raise PackageError(
                    f"{module.__name__}: the fixture {name!r} is declared in {owners[name]} "
                    "already; choose another name"
                )
            found[name] = value
            owners.setdefault(name, module.__name__)
    return found


def register(node: pytest.Collector) -> None:
    """Let the items below a node, and no others, ask for these fixtures.

    Raises:
        PackageError: as :func:`declared`.
    """
    for name, definition in declared().items():
        marker = definition._fixture_function_marker
        pytest.register_fixture(
            name=name,
            func=definition._get_wrapped_function(),
            node=node,
            scope=marker.scope,
            params=marker.params,
            ids=marker.ids,
            autouse=marker.autouse,
        )
