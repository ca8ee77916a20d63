"""What cannot be done for want of a neighbour is refused in words that a client can act upon."""

from boxproof.clauses.neighbour_findings import described, require_none, returned
from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.core.verdicts import Level
from boxproof.probes.messages import Answer
from boxproof.scenarios.neighbours_away import Away
from boxproof.targets.abilities import HarmsNeighbours

#: "Currently unable to handle the request due to a temporary overload or scheduled maintenance,
#: which will likely be alleviated after some delay" (RFC 9110, 15.6.4).
UNAVAILABLE = 503


@clause(
    "neighbours.refuses-cleanly",
    Level.SHOULD,
    "While a neighbour is away, a request that cannot do without it SHOULD be refused with 503, or "
    "with another 5xx that is documented, in the documented shape.",
    needs=(HarmsNeighbours,),
    promised=described,
)
def refuses_cleanly(neighbours_away: tuple[Away, ...], shapes: Shapes) -> None:
    require_none(
        neighbours_away,
        lambda away: (
            (problem, said.evidence())
            for said in away.asked
            if isinstance(said, Answer) and said.status >= 400
            if (problem := _problem(said, shapes))
        ),
    )


def _problem(said: Answer, shapes: Shapes) -> str:
    """What is wrong with a refusal; empty when it is a clean one."""
    if said.status < 500:
        return f"{returned(said)}, which blames the client"
    if said.status != UNAVAILABLE and not shapes.documents(said.status):
        return f"{returned(said)}, not {UNAVAILABLE}, and no operation documents that"
    mismatch = shapes.mismatch(said)
    return f"{returned(said)}, not in its documented shape: {mismatch}" if mismatch else ""
