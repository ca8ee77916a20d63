"""What the page draws of a journal, gathered in one pass."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from boxproof.core.document_coverage import OperationCoverage
from boxproof.journal import Recorded
from boxproof.journal.entries import (
    BecameReady,
    BootOrdered,
    FaultBegan,
    FaultEnded,
    LoadSecondEnded,
    Logged,
    OperationCovered,
    Requested,
    Sampled,
    ServerEnded,
    TargetActed,
)

#: The kinds of entries that the page reads, beside those of the report.
READ = (
    BecameReady, BootOrdered, FaultBegan, FaultEnded, LoadSecondEnded, Logged, OperationCovered,
    Requested, Sampled, ServerEnded, TargetActed,
)  # fmt: skip


#: What stands in a path for one thing of many: a number, or an id in hexadecimal digits.
AN_ID = re.compile(r"^(\d+|[0-9a-fA-F-]{16,})$")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: when it began, how long it took, in seconds, and what came of it.

    Attributes:
        status: None where no answer came.
    """

    t: float
    seconds: float
    operation: str
    status: int | None
    deployment: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was done to a deployment, or that it did."""

    t: float
    what: str
    deployment: str


@dataclass(frozen=True, slots=True)
class InForce:
    """A fault, from when it began until it was healed; ``ended`` is None where it never was."""

    name: str
    deployment: str
    began: float
    ended: float | None


@dataclass
class Gathered:
    """Everything that is drawn, in the journal's order; times in seconds since the run began."""

    requests: list[Sent] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    faults: list[InForce] = field(default_factory=list)
    logs: list[tuple[float, str, str]] = field(default_factory=list)
    samples: list[tuple[float, Sampled]] = field(default_factory=list)
    covered: list[OperationCoverage] = field(default_factory=list)
    load: list[LoadSecondEnded] = field(default_factory=list)

    @classmethod
    def of(cls, journal: Iterable[Recorded]) -> "Gathered":
        """Gather it."""
        made = cls()
        open_faults: dict[tuple[str, str], float] = {}
        for each in journal:
            made._take(each, open_faults)
        for (name, deployment), began in open_faults.items():
            made.faults.append(InForce(name, deployment, began, None))
        return made

    def _take(self, each: Recorded, open_faults: dict[tuple[str, str], float]) -> None:
        match each.entry:
            case Requested() as sent:
                seconds = each.t - sent.began if sent.seconds is None else sent.seconds
                operation = f"{sent.method} {_path(sent.url)}"
                self.requests.append(
                    Sent(sent.began, seconds, operation, sent.status, each.deployment)
                )
            case BootOrdered(deployment=deployment, label=label):
                self.events.append(Happened(each.t, f"boot {label}".strip(), deployment))
            case BecameReady():
                self.events.append(Happened(each.t, "ready", each.deployment))
            case ServerEnded(code=code):
                self.events.append(Happened(each.t, f"ended with {code}", each.deployment))
            case TargetActed(action=action):
                self.events.append(Happened(each.t, action, each.deployment))
            case FaultBegan(name=name):
                open_faults[name, each.deployment] = each.t
            case FaultEnded(name=name):
                began = open_faults.pop((name, each.deployment), each.t)
                self.faults.append(InForce(name, each.deployment, began, each.t))
            case Logged(line=line, at=at):
                self.logs.append((each.t if at is None else at, line, each.deployment))
            case Sampled() as sample:
                self.samples.append((each.t, sample))
            case LoadSecondEnded() as second:
                self.load.append(second)
            case OperationCovered(coverage=coverage):
                self.covered.append(coverage)


def _path(url: str) -> str:
    """The path of a URL, with ``{id}`` for each id in it."""
    parts = urlsplit(url).path.split("/")
    return "/".join("{id}" if AN_ID.match(each) else each for each in parts) or "/"
