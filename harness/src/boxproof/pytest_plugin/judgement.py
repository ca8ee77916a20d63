"""Which verdict stands for what a clause's judge raised."""

import traceback
from dataclasses import dataclass

from boxproof.core.breaches import Breach, NotJudged, UnusableAnswer
from boxproof.core.errors import BootFailed, BoxproofError
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause, Verdict
from boxproof.session import tail

#: The end of a traceback: the frames of the clause, not those of pytest.
TRACEBACK_LINES = 12


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, one line that says why, what proves it, and why nothing was judged."""

    verdict: Verdict
    summary: str = ""
    evidence: tuple[str, ...] = ()
    cause: Cause | None = None
    anomalies: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()


def judgement_of(error: BaseException | None) -> Judgement:
    """What an exception of a judge stands for; None, that it returned."""
    match error:
        case None:
            return Judgement(Verdict.KEPT)
        case NotJudged():
            return Judgement(Verdict.NOT_JUDGED, error.reason, cause=error.cause)
        case Breach():
            return Judgement(
                Verdict.BROKEN,
                error.summary,
                error.evidence,
                anomalies=error.anomalies,
                findings=error.findings,
            )
        case UnusableAnswer():
            return Judgement(Verdict.BROKEN, error.summary, error.evidence)
        case BootFailed():
            return Judgement(Verdict.BROKEN, str(error), tail(error.log))
        case BoxproofError():
            return Judgement(Verdict.UNKNOWN, one_line(str(error)))
    lines = "".join(traceback.format_exception(error))
    said = f"the harness failed: {type(error).__name__}: {one_line(str(error))}".rstrip(": ")
    return Judgement(Verdict.UNKNOWN, said, tail(lines, TRACEBACK_LINES))


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())
