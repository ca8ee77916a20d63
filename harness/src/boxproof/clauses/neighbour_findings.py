"""How clauses tell what was found while a neighbour was away."""

from collections.abc import Callable, Iterable

from boxproof.config.options import Config
from boxproof.core.breaches import Breach
from boxproof.core.findings import Finding, told
from boxproof.probes.messages import Answer
from boxproof.scenarios.neighbours_away import Away

#: What is wrong in one sentence, and the lines that prove it.
Problem = tuple[str, tuple[str, ...]]


def described(config: Config) -> bool:
    """Whether there are neighbours that can be taken away."""
    return bool(config.service.neighbours)


def returned(said: Answer) -> str:
    """An answer in a few words, such as ``GET /notes returned 500``."""
    return f"{said.request.method} {said.request.path} returned {said.status}"


def require_none(
    aways: Iterable[Away],
    problems: Callable[[Away], Iterable[Problem]],
    kind: type[Breach] = Breach,
) -> None:
    """Break the clause where there was a problem; what a fault to a neighbour did is one finding.

    It names the first problem, counts the others, and proves the first by what was done at that
    time as well.
    """
    findings = []
    for away in aways:
        found: dict[str, tuple[str, ...]] = {}
        for what, evidence in problems(away):
            found.setdefault(what, evidence)
        if found:
            first = next(iter(found))
            more = f" ({len(found) - 1} more like it)" if len(found) > 1 else ""
            findings.append(
                Finding(
                    summary=f"{away.how}: {first}{more}",
                    evidence=(*found[first], *away.told),
                    fault=away.fault,
                )
            )
    if findings:
        summary, proof = told(findings)
        raise kind(summary, proof, findings=findings)
