"""How a clause says that the service broke it, and with what evidence."""

from collections.abc import Iterable

from boxproof.core.verdicts import Cause


class Breach(Exception):
    """The service broke the clause that is being judged.

    Args:
        summary: one sentence, what was seen against what was promised.
        evidence: lines that prove it: requests, answers, log lines, a table.
    """

    def __init__(self, summary: str, evidence: Iterable[str] = ()) -> None:
        super().__init__(summary)
        self.summary = summary
        self.evidence = tuple(evidence)


class NoAnswer(Breach):
    """A request that the service left without an HTTP answer (refused, reset, timed out)."""


class NotJudged(Exception):
    """The clause cannot be judged here, for the reason given; it becomes ``not judged``."""

    def __init__(self, reason: str, cause: Cause = Cause.NO_ABILITY) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause


def require(condition: object, summary: str, evidence: Iterable[str] = ()) -> None:
    """Raise a :class:`Breach` unless ``condition`` holds."""
    if not condition:
        raise Breach(summary, evidence)
