"""What of the OpenAPI document was covered: operations against statuses, and each keyword."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from boxproof.core.document_coverage import KeywordCoverage, OperationCoverage

#: A page with a thousand operations is read by nobody; report.json has them all.
OPERATIONS_MOST = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One operation and one status.

    Attributes:
        seen: how often it was returned.
    """

    documented: bool
    seen: int

    @property
    def kind(self) -> str:
        """``seen``, ``missing``, ``undocumented``, or empty where there is nothing to say."""
        if self.documented:
            return "seen" if self.seen else "missing"
        return "undocumented" if self.seen else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation; ``keywords`` are lines of name, inside, on and outside its limits."""

    operation: str
    cases: int
    cells: tuple[Cell, ...]
    keywords: tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All operations; ``note`` says which are left out."""

    statuses: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str


def coverage_grid(covered: Sequence[OperationCoverage]) -> Grid | None:
    """The grid; None where nothing was fuzzed."""
    if not covered:
        return None
    shown = covered[:OPERATIONS_MOST]
    counted: Counter[str] = Counter()
    for each in shown:
        counted.update({*each.documented, *each.statuses})
    statuses = tuple(sorted(counted))
    left_out = len(covered) - len(shown)
    note = f"{left_out} more operations stand in report.json." if left_out else ""
    return Grid(statuses, tuple(_row(each, statuses) for each in shown), note)


def _row(covered: OperationCoverage, statuses: Sequence[str]) -> Row:
    seen_as = set(covered.documented_seen)
    cells = tuple(
        Cell(
            status in covered.documented,
            covered.statuses.get(status, 0) or int(status in seen_as),
        )
        for status in statuses
    )
    keywords = tuple(
        (_named(each), each.inside, each.on, each.outside) for each in covered.keywords
    )
    return Row(covered.operation, covered.cases, cells, keywords)


def _named(keyword: KeywordCoverage) -> str:
    """A keyword and where it stands."""
    limit = "" if keyword.limit is None else f" {keyword.limit:g}"
    return f"{keyword.location} {keyword.parameter}{keyword.pointer} {keyword.keyword}{limit}"
