"""What a broken clause was broken by: one or more findings, each with its place and its proof."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Causes whose evidence is shown in full; the others are counted, and stand in the journal.
SHOWN = 20
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
        head: its cause, which it may share with others, such as ``Undocumented status code: 404
            application/json {detail}``; empty where it stands for itself.
        habit: whose habit that cause is and how it is mended once; empty where nobody knows.
    """

    summary: str
    evidence: tuple[str, ...] = ()
    operation: str = ""
    fault: str = ""
    head: str = ""
    habit: str = ""

    @property
    def path(self) -> str:
        """The path of its operation, such as ``/generate``."""
        return self.operation.partition(" ")[2]


def by_head(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each cause, in order; one that names none is alone."""
    heads: dict[str | int, list[Finding]] = {}
    for number, each in enumerate(findings):
        heads.setdefault(each.head or number, []).append(each)
    return list(heads.values())


def told(findings: Sequence[Finding]) -> tuple[str, tuple[str, ...]]:
    """One sentence for all findings, and the evidence of the first one of each cause."""
    heads = by_head(findings)
    more = f", and {len(heads) - 1} more" if len(heads) > 1 else ""
    evidence = [line for each in heads[:SHOWN] for line in _proof(each)]
    if len(heads) > SHOWN:
        evidence.append(f"… and {len(heads) - SHOWN} more, which stand in the journal")
    return f"{_summary(heads[0])}{more}", tuple(evidence)


def _summary(alike: Sequence[Finding]) -> str:
    if len(alike) == 1:
        return alike[0].summary
    return f"{alike[0].head} ({len(alike)} operations)"


def _proof(alike: Sequence[Finding]) -> list[str]:
    """What findings of one cause have in common, and the evidence of the first."""
    lines = [alike[0].habit] if alike[0].habit else []
    if len(alike) > 1:
        named = sorted(each.operation for each in alike)
        more = [f"and {len(named) - NAMED} more"] if len(named) > NAMED else []
        lines.insert(0, f"{_summary(alike)}: {', '.join(named[:NAMED] + more)}")
    return [*lines, *alike[0].evidence]
