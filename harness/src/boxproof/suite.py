"""The shipped suite: every clause of the contract as a pytest item.

``boxproof run`` collects this module; a team's own pytest run adds it with
``--pyargs boxproof.suite``.
"""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from boxproof import fixtures
from boxproof.clauses import registry
from boxproof.current import session_of

FILE = Path(__file__)


class ClauseItem(pytest.Function):
    """One clause; its judge's parameters are fixtures."""

    clause: registry.Clause
    clause_seconds: float = 0.0


class Suite(pytest.Module):
    """Yields every clause that ``boxproof.toml`` promises, in the order of the registry."""

    def _getobj(self) -> ModuleType:
        # pytest looks for fixtures here: ours, and those that stand beside the clauses.
        holder = ModuleType(__name__, __doc__)
        for module in (*registry.modules(), fixtures):
            vars(holder).update(vars(module))
        return holder

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Collect the clauses (and, through pytest's own collection, the fixtures)."""
        yield from super().collect()
        config = session_of(self.config).config
        for clause in registry.every():
            if clause.promised(config):
                item = ClauseItem.from_parent(self, name=clause.id, callobj=clause.judge)
                item.clause = clause
                item.add_marker(clause.family)
                yield item
