"""What a broken clause was broken by: one or more findings, each with its place and its proof."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Findings whose evidence is shown in full; the others are counted, and stand in the journal.
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found.

    Attributes:
        summary: one sentence, what was seen.
        evidence: lines that prove it.
        operation: such as ``POST /generate``; empty where the clause is not about operations.
        fault: the name of the fault that it was found under; empty where it had none, or several.
    """

    summary: str
    evidence: tuple[str, ...] = ()
    operation: str = ""
    fault: str = ""

    @property
    def path(self) -> str:
        """The path of its operation, such as ``/generate``."""
        return self.operation.partition(" ")[2]


def told(findings: Sequence[Finding]) -> tuple[str, tuple[str, ...]]:
    """One sentence for all findings, and the evidence of the first few of them."""
    more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
    evidence = [line for each in findings[:SHOWN] for line in each.evidence]
    if len(findings) > SHOWN:
        evidence.append(f"… and {len(findings) - SHOWN} more, which stand in the journal")
    return f"{findings[0].summary}{more}", tuple(evidence)
