"""Once a neighbour is back, so is the service, and nobody has to restart it."""

from boxproof.clauses.neighbour_findings import described, require_none
from boxproof.clauses.registry import clause
from boxproof.core.breaches import Late
from boxproof.core.verdicts import Level
from boxproof.scenarios.neighbours_away import Away
from boxproof.targets.abilities import HarmsNeighbours


@clause(
    "neighbours.recovers",
    Level.MUST,
    "Once a neighbour is back, the service MUST work again without a restart, within the time "
    "that a start may take.",
    needs=(HarmsNeighbours,),
    promised=described,
)
def recovers(neighbours_away: tuple[Away, ...]) -> None:
    require_none(
        neighbours_away,
        lambda away: [(f"afterwards: {away.unrecovered}", ())] if away.unrecovered else [],
        Late,
    )
