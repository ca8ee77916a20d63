"""What a run's journal says, gathered for the reports."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from boxproof.core.document_coverage import OperationCoverage
from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.journal import Recorded
from boxproof.journal.entries import (
    ClauseJudged,
    DeploymentKept,
    FactsLearned,
    FirstBootFailed,
    HarnessFailed,
    LoadFound,
    LoadPhaseEnded,
    OperationCovered,
    RunBegan,
    RunEnded,
    WaiverRead,
)

#: What is said of a broken SHOULD where the team fails on MUST alone.
TOLD_ONLY = "told only"
#: Operations that are named; report.json has them all.
NAMED = 20
#: Causes for which not judging a MUST leaves a run whole.
NEVER_PARTIAL = (Cause.NEWER_CONTRACT, Cause.DECLINED)


@dataclass(frozen=True, slots=True)
class Unused:
    """A waiver that covered nothing; ``counts`` says whether a strict run is red for it."""

    line: str
    counts: bool


@dataclass
class Report:
    """One run: its facts, every judged clause in order, and how it ended."""

    run: dict[str, Any] = field(default_factory=dict)
    clauses: list[ClauseJudged] = field(default_factory=list)
    boot_failure: FirstBootFailed | None = None
    interrupted: bool = False
    ended: bool = False
    failures: list[str] = field(default_factory=list)
    waivers: list[WaiverRead] = field(default_factory=list)
    kept: Mapping[str, str] = field(default_factory=dict)
    coverage: list[OperationCoverage] = field(default_factory=list)
    load_phases: list[LoadPhaseEnded] = field(default_factory=list)
    load_findings: list[LoadFound] = field(default_factory=list)

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
            case WaiverRead() as waiver:
                self.waivers.append(waiver)
            case FactsLearned(values=values):
                self.run.update(values)
            case OperationCovered(coverage=coverage):
                self.coverage.append(coverage)
            case ClauseJudged() as judged:
                self.clauses.append(judged)
            case FirstBootFailed() as failure:
                self.boot_failure = failure
            case HarnessFailed(what=what):
                self.failures.append(what)
            case LoadPhaseEnded() as phase:
                self.load_phases.append(phase)
            case LoadFound() as found:
                self.load_findings.append(found)
            case DeploymentKept(looks=looks):
                self.kept = looks
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
    def causes(self) -> int:
        """How many things are broken; one that broke several clauses counts once."""
        return len(self.by_cause)

    @property
    def by_cause(self) -> dict[str, list[str]]:
        """What is broken, and the clauses that each of these things broke."""
        found: dict[str, list[str]] = {}
        for each in self.with_verdict(Verdict.BROKEN):
            for cause in _causes(each):
                found.setdefault(cause, []).append(each.id)
        return found

    @property
    def unjudged(self) -> list[ClauseJudged]:
        """The MUST clauses that were not judged; any makes the run partial."""
        return [
            each
            for each in self.with_verdict(Verdict.NOT_JUDGED)
            if each.level is Level.MUST and each.cause not in NEVER_PARTIAL
        ]

    @property
    def red(self) -> list[ClauseJudged]:
        """The clauses that make the run red."""
        return [each for each in self.clauses if fails(each, self.fail_on)]

    def is_told_only(self, each: ClauseJudged) -> bool:
        """Whether a clause is broken and makes no run red, since the team says so."""
        return each.verdict is Verdict.BROKEN and not fails(each, self.fail_on)

    @property
    def reach(self) -> str:
        """How many operations of the OpenAPI document were asked for; empty where all were."""
        operations, reached = (
            int(self.run.get(name, 0)) for name in ("operations", "operations_reached")
        )
        if reached >= operations:
            return ""
        share = f"{reached / operations:.0%}"
        return (
            f"{reached} of {operations} operations of the OpenAPI document were reached ({share})"
        )

    @property
    def missing(self) -> str:
        """Which shards of the run were not joined; empty where none is missing."""
        shards = self.run.get("shards_missing", ())
        named = ", ".join(str(each) for each in shards)
        return f"missing is the journal of shard {named}" if shards else ""

    @property
    def undone(self) -> str:
        """The operations of the OpenAPI document that no request succeeded with; empty for none."""
        named = self.run.get("operations_never_done", ())
        if not named:
            return ""
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        return f"No request of the fuzzing succeeded with {', '.join(named[:NAMED])}{more}"

    @property
    def fail_on(self) -> str:
        """From which level on a broken clause makes the run red."""
        return str(self.run.get("fail_on", "should"))

    @property
    def unused(self) -> list[Unused]:
        """The waivers that covered nothing, where their clause was judged or can never be."""
        clauses = {each.id: each for each in self.clauses}
        found = (_unused(each, clauses.get(each.id)) for each in self.waivers)
        return [each for each in found if each is not None]

    @property
    def red_waivers(self) -> list[Unused]:
        """Those of them that make the run red."""
        strict = self.run.get("strict_waivers")
        return [each for each in self.unused if strict and each.counts]

    @property
    def exit_code(self) -> ExitCode:
        """What the process says when it ends (DESIGN: broken outranks partial)."""
        if self.interrupted or not self.ended:
            return ExitCode.INTERRUPTED
        if self.boot_failure is not None:
            return ExitCode.BOOT_FAILED
        if self.failures or self.red or self.red_waivers:
            return ExitCode.BROKEN
        if not self.with_verdict(Verdict.KEPT, Verdict.BROKEN, Verdict.WAIVED):
            return ExitCode.USAGE if not self.clauses else ExitCode.PARTIAL
        if self.missing or (self.run.get("require_complete") and self.unjudged):
            return ExitCode.PARTIAL
        return ExitCode.CLEAN


def fails(each: ClauseJudged, fail_on: str) -> bool:
    """Whether a verdict makes a run red, where a clause of the level ``fail_on`` does so."""
    told_only = fail_on == "must" and each.level is Level.SHOULD
    return each.verdict is Verdict.UNKNOWN or (each.verdict is Verdict.BROKEN and not told_only)


def said_of(each: ClauseJudged) -> str:
    """One line on why a clause has its verdict, with the waivers that made it so."""
    why = why_of(each)
    if each.verdict is not Verdict.WAIVED:
        return why
    return f"waived {'; '.join(waived.told for waived in each.waived)} ({why})"


def why_of(each: ClauseJudged) -> str:
    """What was seen, in one line; where nothing was judged, its cause and why."""
    return f"{each.cause}: {each.summary}" if each.cause else each.summary


def _causes(each: ClauseJudged) -> list[str]:
    """What broke a clause, in words that another clause uses where the same broke it."""
    told = dict.fromkeys(finding.head or finding.summary for finding in each.findings)
    return [*told] or [each.summary]


def _unused(waiver: WaiverRead, judged: ClauseJudged | None) -> Unused | None:
    scope = f" ({waiver.waived.scope})" if waiver.waived.scope else ""
    if waiver.problem:
        return Unused(f"{waiver.id}{scope} {waiver.problem}", counts=True)
    if judged is None or judged.verdict in (Verdict.NOT_JUDGED, Verdict.UNKNOWN):
        return None
    if any(each.scope == waiver.waived.scope for each in judged.waived):
        return None
    if judged.cause is not None:
        # Waived as not judged: nothing is known of what this one covers.
        return None
    if judged.drawn:
        return Unused(f"{waiver.id}{scope} was not seen broken this time", counts=False)
    if judged.verdict is Verdict.KEPT:
        return Unused(f"{waiver.id}{scope} is kept now; remove its waiver", counts=True)
    return Unused(f"{waiver.id}{scope} is not broken there; remove this waiver", counts=True)
