"""What was acknowledged is there, wherever records lie, when a neighbour was away for a while."""

from collections.abc import Iterator

from boxproof.clauses.history_checks import found, summarized, traceable
from boxproof.clauses.neighbour_findings import Problem, described, require_none
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause, Level
from boxproof.ledger.checkers import durable
from boxproof.ledger.table import prove
from boxproof.ledger.tried import Check, untried
from boxproof.scenarios.neighbours_away import Away
from boxproof.targets.abilities import HarmsNeighbours

#: What a refused write may have left is nobody's promise here: a commit whose answer is lost on
#: the way from the neighbour may have been done.
KEPT: tuple[Check, ...] = (durable.lost, durable.altered, durable.repeated, durable.unsent)


def _recorded(config: Config) -> bool:
    return described(config) and traceable(config)


@clause(
    "neighbours.loses-nothing",
    Level.MUST,
    "What was acknowledged MUST be there, once and as it was acknowledged, after a neighbour was "
    "away.",
    needs=(HarmsNeighbours,),
    promised=_recorded,
)
def loses_nothing(neighbour_histories: tuple[Away, ...]) -> None:
    require_none(neighbour_histories, _losses)
    for away in neighbour_histories:
        missing = "" if away.history is None else untried(away.history, *KEPT)
        if missing:
            raise NotJudged(f"{away.how}: {missing}", Cause.UNDECIDED)


def _losses(away: Away) -> Iterator[Problem]:
    history = away.history
    anomalies = [] if history is None else found(history, *KEPT)
    if history is not None and anomalies:
        yield summarized(history, *KEPT), tuple(prove(history, anomalies))
