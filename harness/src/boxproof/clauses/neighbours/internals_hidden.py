"""An error tells a client nothing of the inside: no traceback, no connection string."""

from boxproof.clauses.neighbour_findings import described, require_none, returned
from boxproof.clauses.registry import clause
from boxproof.core.verdicts import Level
from boxproof.probes import internals
from boxproof.probes.messages import Answer
from boxproof.scenarios.neighbours_away import Away
from boxproof.targets.abilities import HarmsNeighbours


@clause(
    "neighbours.hides-internals",
    Level.MUST,
    "While a neighbour is away, no answer MUST hold what only the inside knows: a traceback, SQL, "
    "an error of a driver, a path of the server's files, how the neighbour is reached.",
    needs=(HarmsNeighbours,),
    promised=described,
)
def hides_internals(neighbours_away: tuple[Away, ...]) -> None:
    require_none(
        neighbours_away,
        lambda away: (
            (f"{returned(said)} and leaks {leak}", said.evidence())
            for said in away.asked
            if isinstance(said, Answer) and said.status >= 400
            if (leak := internals.shown(said.body))
        ),
    )
