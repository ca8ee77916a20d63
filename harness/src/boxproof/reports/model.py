"""What a run's journal says, gathered for the reports."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.journal import Recorded
from boxproof.journal.entries import (
    ClauseJudged,
    FactsLearned,
    FirstBootFailed,
    HarnessFailed,
    RunBegan,
    RunEnded,
)


@dataclass
class Report:
    """One run: its facts, every judged clause in order, and how it ended."""

    run: dict[str, Any] = field(default_factory=dict)
    clauses: list[ClauseJudged] = field(default_factory=list)
    boot_failure: FirstBootFailed | None = None
    interrupted: bool = False
    ended: bool = False
    failures: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, journal: Iterable[Recorded]) -> "Report":
        """Gather a report from the entries of a journal."""
        report = cls()
        for entry in journal:
            report._take(entry)
        return report

    def _take(self, recorded: Recorded) -> None:
        match recorded.entry:
            case RunBegan() as began:
                self.run.update(asdict(began))
            case FactsLearned(values=values):
                self.run.update(values)
            case ClauseJudged() as judged:
                self.clauses.append(judged)
            case FirstBootFailed() as failure:
                self.boot_failure = failure
            case HarnessFailed(what=what):
                self.failures.append(what)
            case RunEnded(interrupted=interrupted):
                self.ended = True
                self.interrupted = interrupted
                self.run["seconds"] = round(recorded.t, 3)

    def count(self, family: str | None = None, level: Level | None = None) -> Counter[Verdict]:
        """How many clauses got each verdict, of one family or all, of one level or both."""
        return Counter(
            each.verdict
            for each in self.clauses
            if family in (None, each.family) and level in (None, each.level)
        )

    @property
    def families(self) -> list[str]:
        """The families with a judged clause, in order."""
        return list(dict.fromkeys(each.family for each in self.clauses))

    def with_verdict(self, *verdicts: Verdict) -> list[ClauseJudged]:
        """The clauses that got one of these verdicts."""
        return [each for each in self.clauses if each.verdict in verdicts]

    @property
    def unjudged(self) -> list[ClauseJudged]:
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
        if self.failures or self.with_verdict(Verdict.BROKEN, Verdict.UNKNOWN):
            return ExitCode.BROKEN
        if not self.with_verdict(Verdict.KEPT):
            return ExitCode.USAGE if not self.clauses else ExitCode.PARTIAL
        if require_complete and self.unjudged:
            return ExitCode.PARTIAL
        return ExitCode.CLEAN
