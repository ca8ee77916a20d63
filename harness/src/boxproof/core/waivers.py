"""Broken clauses that a team accepts by name: what a waiver covers, and until when."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from boxproof.core.findings import Finding, told
from boxproof.core.verdicts import Verdict


class Waiver(Protocol):
    """One waiver, as it was written."""

    @property
    def clause(self) -> str:
        """The id of the clause that it accepts."""

    @property
    def operation(self) -> str:
        """The only operation that it covers, such as ``POST /generate``; empty for all."""

    @property
    def path(self) -> str:
        """The only path that it covers, with every method; empty for all."""

    @property
    def fault(self) -> str:
        """The only fault that it covers, by its name; empty for all."""

    @property
    def head(self) -> str:
        """The only cause that it covers, as :class:`Finding` has it; empty for all."""

    @property
    def reason(self) -> str:
        """Why this is accepted."""

    @property
    def until(self) -> datetime.date:
        """The last day on which it is."""

    @property
    def ticket(self) -> str:
        """Where the mending is planned; empty where nothing says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A waiver that covers something which a run found, on the day of that run.

    Attributes:
        scope: such as ``operation POST /generate``; empty where it covers the whole clause.
        until: its last day, as in ``2027-01-31``.
        days_left: from the day of the run to that day; 0 on the last day, below 0 where it expired.
    """

    scope: str
    reason: str
    until: str
    days_left: int
    ticket: str = ""

    @property
    def expired(self) -> bool:
        """Whether its last day is over."""
        return self.days_left < 0

    @property
    def told(self) -> str:
        """Its scope, last day, reason and ticket in one line."""
        scope = f"{self.scope}, " if self.scope else ""
        left = f"{self.days_left} day{'s' * (self.days_left != 1)} left"
        when = f"expired on {self.until}" if self.expired else f"until {self.until} ({left})"
        ticket = f" [{self.ticket}]" if self.ticket else ""
        return f"{scope}{when}: {self.reason}{ticket}"


@dataclass(frozen=True, slots=True)
class Settled:
    """A verdict after the waivers, what is to be said of it, and the waivers that matched."""

    verdict: Verdict
    summary: str
    evidence: tuple[str, ...] = ()
    waived: tuple[Waived, ...] = ()


def scope_of(waiver: Waiver) -> str:
    """What a waiver is limited to; empty where it covers the whole clause."""
    names = ("operation", "path", "fault", "head")
    return ", ".join(f"{name} {getattr(waiver, name)}" for name in names if getattr(waiver, name))


def on_day(waiver: Waiver, today: datetime.date) -> Waived:
    """A waiver as it stands on one day."""
    return Waived(
        scope=scope_of(waiver),
        reason=waiver.reason,
        until=waiver.until.isoformat(),
        days_left=(waiver.until - today).days,
        ticket=waiver.ticket,
    )


def settle(
    clause: str,
    verdict: Verdict,
    summary: str,
    evidence: tuple[str, ...],
    *,
    findings: Sequence[Finding],
    waivers: Iterable[Waiver],
    today: datetime.date,
) -> Settled:
    """What becomes of a verdict under the waivers of one day.

    *Broken* becomes *waived* where a waiver that has not expired covers every finding; where some
    are left, it is broken by those alone. *Not judged* becomes *waived* under a waiver of the whole
    clause. *Kept* and *unknown* stay: nothing was found, or the service did not do it.

    Args:
        findings: what broke the clause; where it tells none, ``summary`` is the one thing found.
    """
    own = [each for each in waivers if each.clause == clause]
    if verdict is Verdict.NOT_JUDGED:
        whole = [on_day(each, today) for each in own if not scope_of(each)]
        live = [each for each in whole if not each.expired]
        said = summary if live else summary + _expiry(whole)
        return Settled(Verdict.WAIVED if live else verdict, said, evidence, tuple(live or whole))
    if verdict is not Verdict.BROKEN or not own:
        return Settled(verdict, summary, evidence)
    found = findings or (Finding(summary=summary, evidence=evidence),)
    left: list[Finding] = []
    matched: dict[Waived, None] = {}
    for finding in found:
        covering = [on_day(each, today) for each in own if covers(each, clause, finding)]
        live = [each for each in covering if not each.expired]
        matched |= dict.fromkeys(live or covering)
        if not live:
            left.append(finding)
    waived = tuple(matched)
    if not left:
        return Settled(Verdict.WAIVED, summary, evidence, waived)
    if len(left) < len(found):
        summary, evidence = told(left)
        summary = f"{summary}; {len(found) - len(left)} more waived"
    return Settled(Verdict.BROKEN, summary + _expiry(waived), evidence, waived)


def _expiry(waived: Iterable[Waived]) -> str:
    """What is to be added where waivers have expired; empty where none has."""
    days = dict.fromkeys(each.until for each in waived if each.expired)
    return f"; its waiver expired on {', '.join(days)}" if days else ""


def covers(waiver: Waiver, clause: str, finding: Finding) -> bool:
    """Whether a waiver is for this finding of a clause, on whatever day."""
    return (
        waiver.clause == clause
        and waiver.operation in ("", finding.operation)
        and waiver.path in ("", finding.path)
        and waiver.fault in ("", finding.fault)
        and waiver.head in ("", finding.head, finding.cause)
    )
