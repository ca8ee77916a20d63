"""What was done to a deployment, when, and what it wrote at that time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boxproof.core.breaches import NotJudged
from boxproof.targets.abilities import Line, TimesLogs
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


def timed_log(deployment: Deployment) -> tuple[Line, ...] | None:
    """The log so far, on the journal's clock; None where nobody can tell its times."""
    try:
        return deployment.ability(TimesLogs).lines()
    except NotJudged:
        return None


def evidence(done: Iterable[Done], log: Sequence[Line] | None = None) -> tuple[str, ...]:
    """What was done, with the lines of the log that are nearest to each, in the order of time."""
    done = tuple(done)
    rows = [(each.t, f"{each.t:9.3f} s  {each.deployment}: {each.what}") for each in done]
    if not done or log is None:
        return tuple(text for _, text in rows)
    around = [_around(each, log) for each in done]
    share = max(1, LINES_MOST // len(done))
    near = {line for lines in around for line in lines[:share]}
    lines = [(each.at, f"{each.at:9.3f} s  {'log':>8}  {each.text}") for each in near]
    told = [text for _, text in sorted([*rows, *lines])]
    more = len({line for lines in around for line in lines} - near)
    if not near:
        told.append(f"the log holds no line within {AROUND_SECONDS:g} s of that")
    elif more:
        told.append(f"… and {more} more lines of the log within that second")
    return tuple(told)


def _around(done: Done, log: Sequence[Line]) -> list[Line]:
    """The lines of the log around the time of something done, the nearest first."""
    near = (line for line in log if abs(line.at - done.t) <= AROUND_SECONDS)
    return sorted(near, key=lambda line: abs(line.at - done.t))
