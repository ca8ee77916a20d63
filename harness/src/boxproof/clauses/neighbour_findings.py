"""How clauses tell what was found while a neighbour was away."""

from collections.abc import Iterable

from boxproof.config.options import Config
from boxproof.core.breaches import Breach
from boxproof.core.findings import Finding, told
from boxproof.probes.messages import Answer
from boxproof.scenarios.neighbours_away import Away


def described(config: Config) -> bool:
    """Whether there are neighbours that can be taken away."""
    return bool(config.service.neighbours)


def returned(said: Answer) -> str:
    """An answer in a few words, such as ``GET /notes returned 500``."""
    return f"{said.request.method} {said.request.path} returned {said.status}"


def tell(away: Away, said: Answer, what: str) -> Finding:
    """What was found in an answer, with what was done at that time."""
    return Finding(
        summary=f"{away.how}: {what}",
        evidence=(*said.evidence(), *away.told),
        fault=away.fault,
    )


def require_none(findings: Iterable[Finding], kind: type[Breach] = Breach) -> None:
    """Break the clause where anything was found; of one fault, the first of what is alike."""
    first = {(each.fault, each.summary): each for each in reversed(list(findings))}
    every = tuple(reversed(first.values()))
    if every:
        summary, evidence = told(every)
        raise kind(summary, evidence, findings=every)
