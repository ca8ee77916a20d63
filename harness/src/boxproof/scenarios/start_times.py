"""Where the time of the first start went."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pytest

from boxproof.config.options import Config
from boxproof.journal import Journal
from boxproof.journal.entries import FactsLearned, Progress
from boxproof.probes.messages import Answer
from boxproof.probes.start_watch import Startup
from boxproof.targets.abilities import Line, TimesLogs
from boxproof.targets.base import Deployment, Target


@dataclass(frozen=True, slots=True)
class StartTimes:
    """Moments of a start by name, in their order, in seconds since the server's first process ran.

    What an engine does before that (networks, volumes, other services that the server depends on)
    is not the server's doing.

    The last one is the answer to the first valid request.
    """

    points: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        """Until the first work was answered."""
        return self.points[-1][1]

    def parts(self) -> dict[str, float]:
        """What each moment took after the one before it, in seconds."""
        steps = pairwise((("", 0.0), *self.points))
        return {name: round(at - before, 3) for (_, before), (name, at) in steps}

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in self.parts().items())
        return f"first work after {self.seconds:.2f} s: {parts}"


@pytest.fixture(scope="session")
def start_times(
    startup: Startup,
    first_answer: Answer,
    deployment: Deployment,
    target: Target,
    config: Config,
    journal: Journal,
) -> StartTimes:
    """The points of the shared deployment's first start, told to a person and to the report."""
    points: dict[str, float] = {}
    if target.offers(TimesLogs):
        marks = config.server.start_marks if config.server is not None else {}
        lines = deployment.ability(TimesLogs).lines()
        points = marked(lines, marks, since=startup.began)
    made = StartTimes(in_order(points, startup, first_answer))
    journal.write(FactsLearned(values={"start_seconds": made.parts()}))
    journal.write(Progress(line=str(made)))
    return made


def marked(lines: Iterable[Line], marks: Mapping[str, str], *, since: float) -> dict[str, float]:
    """How long after ``since`` the first line that matches each mark was written.

    A mark without a line is left out.
    """
    every = tuple(lines)
    found = {
        name: next((line.at for line in every if re.search(pattern, line.text)), None)
        for name, pattern in marks.items()
    }
    return {name: max(0.0, at - since) for name, at in found.items() if at is not None}


def in_order(
    points: Mapping[str, float], startup: Startup, first_answer: Answer
) -> tuple[tuple[str, float], ...]:
    """All points one after the other, those that every service has at the end."""
    every = dict(points)
    answered = next((each for each in startup.attempts if each.status is not None), None)
    if answered is not None and answered is not startup.attempts[-1]:
        every["first HTTP answer"] = answered.t - startup.began
    every["ready"] = startup.seconds
    ordered = sorted(every.items(), key=lambda each: each[1])
    return (*ordered, ("first work", startup.seconds + first_answer.seconds))
