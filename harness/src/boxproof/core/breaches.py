"""How a clause says that the service broke it, and with what evidence."""

from collections.abc import Iterable

from boxproof.core.errors import BootFailed
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause

#: How the evidence of a request tells that its time limit ended it.
TIMED_OUT = "timed out"


class Breach(Exception):
    """The service broke the clause that is being judged.

    Args:
        summary: one sentence, what was seen against what was promised.
        evidence: lines that prove it: requests, answers, log lines, a table.
        anomalies: where the evidence shows a few of many, all of them, the lines of each.
        findings: where it is several things, or one of an operation or a fault, each of them.
    """

    def __init__(
        self,
        summary: str,
        evidence: Iterable[str] = (),
        *,
        anomalies: Iterable[Iterable[str]] = (),
        findings: Iterable[Finding] = (),
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.evidence = tuple(evidence)
        self.anomalies = tuple(tuple(each) for each in anomalies)
        self.findings = tuple(findings)


class Late(Breach):
    """A breach that rests on a time: something did not come, or not soon enough.

    It is judged again with nothing running beside it, and only that second time counts.
    """


class UnusableAnswer(Exception):
    """What came back to a probe is of no use to it; a probe says that, and a clause judges.

    A clause that does not catch it is broken by it, with this as the proof.

    Args:
        summary: one sentence, what came back.
        evidence: the exchange, as lines that a person can read and repeat.
    """

    def __init__(self, summary: str, evidence: Iterable[str] = ()) -> None:
        super().__init__(summary)
        self.summary = summary
        self.evidence = tuple(evidence)


class NoAnswer(UnusableAnswer):
    """A request that the service left without a complete HTTP answer.

    Args:
        timed_out: whether the time limit of the request ended it.
    """

    def __init__(
        self, summary: str, evidence: Iterable[str] = (), *, timed_out: bool = False
    ) -> None:
        super().__init__(summary, evidence)
        self.timed_out = timed_out


class NotJudged(Exception):
    """The clause cannot be judged here, for the reason given; it becomes ``not judged``.

    Args:
        late: whether that rests on a time, so that with nothing running beside it it may be judged.
    """

    def __init__(self, reason: str, cause: Cause = Cause.NO_ABILITY, *, late: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause
        self.late = late


def require(
    condition: object,
    summary: str,
    evidence: Iterable[str] = (),
    *,
    anomalies: Iterable[Iterable[str]] = (),
) -> None:
    """Raise a :class:`Breach` unless ``condition`` holds."""
    if not condition:
        raise Breach(summary, evidence, anomalies=anomalies)


def require_in_time(condition: object, summary: str, evidence: Iterable[str] = ()) -> None:
    """Raise a :class:`Late` unless ``condition``, which depends on a time limit, holds."""
    if not condition:
        raise Late(summary, evidence)


def rests_on_time(error: BaseException | None) -> bool:
    """Whether a clock took part in this verdict, so that a busy machine could have caused it.

    So it is, too, where the evidence of a breach is a request that timed out.
    """
    match error:
        case Late():
            return True
        case NotJudged():
            return error.late
        case BootFailed() | NoAnswer(timed_out=True):
            return error.timed_out
        case Breach():
            return any(TIMED_OUT in line for line in error.evidence)
    return False
