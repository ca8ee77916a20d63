"""The shipped suite: every clause of the contract as a pytest item.

``boxproof run`` collects this module; a team's own pytest run adds it with
``--pyargs boxproof.pytest_plugin.suite``.
"""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from boxproof.clauses import registry
from boxproof.core.errors import BoxproofError
from boxproof.pytest_plugin import fixtures
from boxproof.pytest_plugin.stash import session_of
from boxproof.scenarios.scheduler import in_background

FILE = Path(__file__)


class ClauseItem(pytest.Function):
    """One clause; its judge's parameters are fixtures."""

    clause: registry.Clause
    clause_seconds: float = 0.0


class Suite(pytest.Module):
    """Yields every clause that ``boxproof.toml`` promises.

    In the order of the registry, but last those of what is made in the background.
    """

    def _getobj(self) -> ModuleType:
        # pytest looks for fixtures here: ours, and those that stand beside the clauses.
        holder = ModuleType(__name__, __doc__)
        for module in (*registry.modules(), fixtures):
            # A package holds its modules under their names, which may be those of fixtures.
            vars(holder).update(
                {name: each for name, each in vars(module).items() if type(each) is not ModuleType}
            )
        return holder

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Collect the clauses (and, through pytest's own collection, the fixtures)."""
        yield from super().collect()
        try:
            config = session_of(self.config).config
        except BoxproofError as error:
            raise pytest.UsageError(str(error)) from None
        promised = (clause for clause in registry.every() if clause.promised(config))
        items = [self._item(clause) for clause in promised]
        yield from sorted(items, key=lambda item: in_background(frozenset(item.fixturenames)))

    def _item(self, clause: registry.Clause) -> ClauseItem:
        item = ClauseItem.from_parent(self, name=clause.id, callobj=clause.judge)
        item.clause = clause
        item.add_marker(clause.family)
        return item
