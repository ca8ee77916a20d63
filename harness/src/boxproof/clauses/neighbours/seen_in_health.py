"""Whoever routes requests is told that they are of no use for a while."""

from collections.abc import Iterator

from boxproof.clauses.neighbour_findings import Problem, described, require_none, returned
from boxproof.clauses.registry import clause
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
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
def shows_in_health(neighbours_away: tuple[Away, ...], config: Config) -> None:
    missed = [away for away in neighbours_away if _nothing_done(away)]
    require_none(missed, lambda away: _unseen(away, config.health.request))
    if not missed:
        raise NotJudged("some work was done whichever neighbour was away", Cause.UNDECIDED)


def _nothing_done(away: Away) -> bool:
    return not any(isinstance(said, Answer) and said.status < 400 for said in away.asked)


def _unseen(away: Away, health: ValidRequest) -> Iterator[Problem]:
    """Every answer says that all is well."""
    answers = [each for each in away.health if isinstance(each, Answer)]
    said = [each for each in answers if health.is_success(each.status)]
    if said and len(said) == len(away.health):
        yield f"no work is done, and {returned(said[0])}", said[0].evidence()
