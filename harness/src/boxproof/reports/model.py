"""What a run's journal says, gathered for the reports."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.journal import Entry


@dataclass(frozen=True, slots=True)
class Judged:
    """One clause and its verdict; ``seconds`` includes what was set up for it alone."""

    id: str
    family: str
    level: Level
    sentence: str
    verdict: Verdict
    seconds: float
    summary: str = ""
    evidence: tuple[str, ...] = ()
    cause: Cause | None = None


@dataclass
class Report:
    """One run: its facts, every judged clause in order, and how it ended."""

    run: dict[str, Any] = field(default_factory=dict)
    clauses: list[Judged] = field(default_factory=list)
    boot_failure: dict[str, Any] | None = None
    interrupted: bool = False
    ended: bool = False
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, journal: Iterable[Entry]) -> "Report":
        """Gather a report from the entries of a journal."""
        report = cls()
        for entry in journal:
            report._take(entry)
        return report

    def _take(self, entry: Entry) -> None:
        match entry.kind:
            case "run" | "facts":
                self.run.update(entry.data)
            case "verdict":
                self.clauses.append(judged(entry.data))
            case "boot-failed":
                self.boot_failure = entry.data
            case "fault":
                self.faults.append(entry.data["what"])
            case "end":
                self.ended = True
                self.interrupted = entry.data["interrupted"]
                self.run["seconds"] = round(entry.t, 3)

    def count(self, family: str | None = None) -> Counter[Verdict]:
        """How many clauses got each verdict, of one family or of all."""
        return Counter(each.verdict for each in self.clauses if family in (None, each.family))

    @property
    def families(self) -> list[str]:
        """The families with a judged clause, in order."""
        return list(dict.fromkeys(each.family for each in self.clauses))

    def with_verdict(self, *verdicts: Verdict) -> list[Judged]:
        """The clauses that got one of these verdicts."""
        return [each for each in self.clauses if each.verdict in verdicts]

    @property
    def unjudged(self) -> list[Judged]:
        """The MUST clauses that were not judged; any makes the run partial."""
        return [
            each
            for each in self.with_verdict(Verdict.NOT_JUDGED)
            if each.level is Level.MUST and each.cause is not Cause.NEWER_CONTRACT
        ]

    def exit_code(self, *, require_complete: bool) -> ExitCode:
        """What the process says when it ends (DESIGN: broken outranks partial)."""
        if self.interrupted or not self.ended:
            return ExitCode.INTERRUPTED
        if self.boot_failure is not None:
            return ExitCode.BOOT_FAILED
        if self.faults or self.with_verdict(Verdict.BROKEN, Verdict.UNKNOWN):
            return ExitCode.BROKEN
        if not self.with_verdict(Verdict.KEPT):
            return ExitCode.USAGE if not self.clauses else ExitCode.PARTIAL
        if require_complete and self.unjudged:
            return ExitCode.PARTIAL
        return ExitCode.CLEAN


def judged(data: dict[str, Any]) -> Judged:
    """Read one clause from the data of a ``verdict`` entry."""
    return Judged(
        id=data["id"],
        family=data["family"],
        level=Level(data["level"]),
        sentence=data["sentence"],
        verdict=Verdict(data["verdict"]),
        seconds=data["seconds"],
        summary=data["summary"],
        evidence=tuple(data["evidence"]),
        cause=Cause(data["cause"]) if data.get("cause") else None,
    )
