"""What was done to a deployment, when, and what it wrote at that time."""

from collections.abc import Iterable
from dataclasses import dataclass

from boxproof.core.breaches import NotJudged
from boxproof.targets.abilities import Line, TimesStarts
from boxproof.targets.base import Deployment

#: What the deployment that all clauses share is called.
SHARED = "shared deployment"
#: Around the time of something done, the log shows what caused it and what came of it.
AROUND_SECONDS = 1.0
LINES_MOST = 10


@dataclass(frozen=True, slots=True)
class Done:
    """Something done to a deployment, at ``t`` seconds on the journal's clock."""

    t: float
    deployment: str
    what: str


def timed_log(deployment: Deployment) -> tuple[Line, ...]:
    """The log since the latest start, on the journal's clock; empty where no line has a time."""
    try:
        lines = deployment.ability(TimesStarts).lines()
    except NotJudged:
        return ()
    ordered = deployment.startup.ordered
    return tuple(Line(ordered + each.seconds, each.text) for each in lines)


def evidence(done: Iterable[Done], log: Iterable[Line] = ()) -> tuple[str, ...]:
    """What was done, with the log of those seconds, in the order of time."""
    done = tuple(done)
    rows = [(each.t, f"{each.t:9.3f} s  {each.deployment}: {each.what}") for each in done]
    near = [
        (line.seconds, f"{line.seconds:9.3f} s  {'log':>8}  {line.text}")
        for line in log
        if any(abs(line.seconds - each.t) <= AROUND_SECONDS for each in done)
    ]
    return tuple(text for _, text in sorted([*rows, *near[-LINES_MOST:]]))
