"""Which breach is no more than the consequence of one that was told before."""

import pytest

from boxproof.clauses.registry import Clause
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.verdicts import Cause

BROKEN = pytest.StashKey[set[str]]()


def unless_consequence(
    run: pytest.Session, clause: Clause, error: BaseException | None
) -> BaseException | None:
    """What a judge raised; in place of a breach that may follow from an earlier one, NotJudged."""
    if not isinstance(error, Breach):
        return error
    broken = run.stash.setdefault(BROKEN, set())
    for earlier in clause.follows:
        if earlier in broken:
            told = f"{earlier} is broken, and this may follow from it: {error.summary}"
            return NotJudged(told, Cause.RESTS_ON)
    broken.add(clause.id)
    return error
