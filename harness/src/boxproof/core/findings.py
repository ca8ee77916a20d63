"""What a broken clause was broken by: one or more findings, each with its place and its proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: Heads whose evidence is shown in full; the others are counted, and stand in the journal.
SHOWN = 20
#: Causes of one head that are.
CAUSES_SHOWN = 5
#: Operations of one cause that are named; report.json has them all.
NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found.

    Attributes:
        summary: one sentence, what was seen.
        evidence: lines that prove it.
        operation: such as ``POST /generate``; empty where the clause is not about operations.
        fault: the name of the fault that it was found under; empty where it had none, or several.
        head: what it has in common with others, such as ``Undocumented status code: 404``; empty
            where it stands for itself.
        detail: what tells its cause from others under that head; empty where the head says it.
        habit: whose habit that cause is and how it is mended once; empty where nobody knows.
    """

    summary: str
    evidence: tuple[str, ...] = ()
    operation: str = ""
    fault: str = ""
    head: str = ""
    detail: str = ""
    habit: str = ""

    @property
    def cause(self) -> str:
        """Its head, and what tells it from others there."""
        return f"{self.head}, {self.detail}" if self.detail else self.head

    @property
    def path(self) -> str:
        """The path of its operation, such as ``/generate``."""
        return self.operation.partition(" ")[2]


def by_head(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each head, in order; one that names none is alone."""
    return _alike(findings, lambda each: each.head)


def told(findings: Sequence[Finding]) -> tuple[str, tuple[str, ...]]:
    """One sentence for all findings, and the evidence of the first of each cause that is shown."""
    heads = by_head(findings)
    more = f", and {len(heads) - 1} more" if len(heads) > 1 else ""
    evidence = [line for each in heads[:SHOWN] for line in _proof(each)]
    if len(heads) > SHOWN:
        evidence.append(f"… and {len(heads) - SHOWN} more, which stand in the journal")
    return f"{_summary(heads[0])}{more}", tuple(evidence)


def _alike(findings: Sequence[Finding], common: Callable[[Finding], str]) -> list[list[Finding]]:
    alike: dict[str | int, list[Finding]] = {}
    for number, each in enumerate(findings):
        alike.setdefault(common(each) or number, []).append(each)
    return list(alike.values())


def _summary(alike: Sequence[Finding]) -> str:
    if len(alike) == 1:
        return alike[0].summary
    causes = len({each.cause for each in alike})
    operations = len({each.operation for each in alike})
    counted = f"{operations} operation{'' if operations == 1 else 's'}"
    if causes == 1:
        return f"{alike[0].cause} ({counted})"
    return f"{alike[0].head} ({causes} causes, {counted})"


def _proof(alike: Sequence[Finding]) -> list[str]:
    """What findings of one head have in common, and the evidence of the first of each cause."""
    causes = _alike(alike, lambda each: each.cause)
    lines = [f"{_summary(alike)}:"] if len(causes) > 1 else []
    for each in causes[:CAUSES_SHOWN]:
        if len(each) > 1:
            named = sorted(one.operation for one in each)
            more = [f"and {len(named) - NAMED} more"] if len(named) > NAMED else []
            lines.append(f"{_summary(each)}: {', '.join(named[:NAMED] + more)}")
        if each[0].habit and each[0].habit not in lines:
            lines.append(each[0].habit)
        lines += each[0].evidence
    rest = causes[CAUSES_SHOWN:]
    lines += [_summary(each) for each in rest[:NAMED]]
    if len(rest) > NAMED:
        lines.append(f"… and {len(rest) - NAMED} more causes, which stand in the journal")
    return lines
