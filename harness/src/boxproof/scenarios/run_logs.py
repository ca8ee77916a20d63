"""What every deployment of the run wrote, whether it is still there or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from boxproof.core.log_lines import log_lines
from boxproof.journal import Journal, Recorded, read
from boxproof.journal.entries import BootOrdered, FaultBegan, FaultEnded, Logged
from boxproof.scenarios.done import SHARED
from boxproof.targets.abilities import ReadsLogs

#: Scenarios whose starts are expected to be refused, and the fault under which one may be: what
#: they say then is for a person, and is judged by their own clauses.
REFUSED = frozenset({"refused_setting", "refused_model", "refused_newer"})
REFUSED_UNDER = "read-only-volume"
#: What tells who wrote what.
LOOKED_AT = (BootOrdered, FaultBegan, FaultEnded, Logged)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of a deployment's log; ``at`` is on the journal's clock, where that is known."""

    deployment: str
    text: str
    at: float | None = None

    def __str__(self) -> str:
        at = "" if self.at is None else f" at {self.at:.3f} s"
        return f"{self.deployment}{at}: {self.text}"


@pytest.fixture(scope="session")
def run_logs(logs: ReadsLogs, journal: Journal) -> tuple[RunLine, ...]:
    """The log of the shared deployment, and of all that have been closed so far."""
    shared = tuple(RunLine(SHARED, line) for line in log_lines(logs.logs()))
    return (*shared, *closed_logs(read(journal.path, *LOOKED_AT)))


def closed_logs(entries: Iterable[Recorded]) -> tuple[RunLine, ...]:
    """What the deployments of the scenarios wrote, less what was expected to be refused."""
    every = tuple(entries)
    boots = {
        each.entry.deployment: (each.entry.label, each.scenario)
        for each in every
        if isinstance(each.entry, BootOrdered)
    }
    refusals = tuple(_refusals(every))
    lines = []
    for each in every:
        # What a neighbour writes is no promise of the service's.
        if not isinstance(each.entry, Logged) or each.entry.neighbour:
            continue
        label, scenario = boots.get(each.entry.deployment, ("", ""))
        at = each.entry.at
        refused = scenario in REFUSED or any(
            at is not None and scenario == where and began <= at <= ended
            for where, began, ended in refusals
        )
        # The shared deployment is booted in no scenario.
        if scenario and not refused:
            name = f"{each.entry.deployment} ({label})" if label else each.entry.deployment
            lines.append(RunLine(name, each.entry.line, at))
    return tuple(lines)


def _refusals(every: Iterable[Recorded]) -> Iterator[tuple[str, float, float]]:
    """When a start might be refused, and in which scenario."""
    began: dict[str, float] = {}
    for each in every:
        if isinstance(each.entry, FaultBegan) and each.entry.name == REFUSED_UNDER:
            began[each.scenario] = each.t
        if isinstance(each.entry, FaultEnded) and each.entry.name == REFUSED_UNDER:
            yield each.scenario, began.pop(each.scenario, 0.0), each.t
