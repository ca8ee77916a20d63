"""Whoever routes requests is told that they are of no use for a while."""

from collections.abc import Iterator

from boxproof.clauses.neighbour_findings import described, require_none, returned, tell
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.messages import Answer
from boxproof.scenarios.neighbours_away import Away
from boxproof.targets.abilities import HarmsNeighbours


@clause(
    "neighbours.shows-in-health",
    Level.SHOULD,
    "While a neighbour is away without which no work is done, the health path or the detailed one "
    "SHOULD say so by its status.",
    needs=(HarmsNeighbours,),
    promised=described,
)
def shows_in_health(neighbours_away: tuple[Away, ...]) -> None:
    missed = [away for away in neighbours_away if _nothing_done(away)]
    require_none(each for away in missed for each in _unseen(away))
    if not missed:
        raise NotJudged("some work was done whichever neighbour was away", Cause.UNDECIDED)


def _nothing_done(away: Away) -> bool:
    return not any(isinstance(said, Answer) and said.status < 400 for said in away.asked)


def _unseen(away: Away) -> Iterator[Finding]:
    """Every answer says that all is well."""
    said = [each for each in away.health if isinstance(each, Answer) and each.status == 200]
    if said and len(said) == len(away.health):
        yield tell(away, said[0], f"no work is done, and {returned(said[0])}")
