"""Nobody who asks is kept waiting because a neighbour does not answer."""

from boxproof.clauses.neighbour_findings import described, require_none
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NoAnswer
from boxproof.core.verdicts import Level
from boxproof.scenarios.neighbours_away import Away
from boxproof.targets.abilities import HarmsNeighbours


@clause(
    "neighbours.answers-in-time",
    Level.MUST,
    "While a neighbour is away, every request MUST be answered within the time limit of a request, "
    "those to the health path included.",
    needs=(HarmsNeighbours,),
    promised=described,
)
def answers_in_time(neighbours_away: tuple[Away, ...]) -> None:
    require_none(
        neighbours_away,
        lambda away: (
            (said.summary, said.evidence)
            for said in (*away.asked, *away.health)
            if isinstance(said, NoAnswer)
        ),
    )
