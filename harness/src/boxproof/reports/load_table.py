"""What a load showed: a row for each operation of each phase that was measured, and findings."""

import html
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boxproof.journal.entries import LoadPhaseEnded
from boxproof.reports.model import Report

HEAD = ("operation", "requests/s", "mean", "p50", "p95", "p99", "refused", "failed")
ALL = "all"
#: Phases of which only the row of all operations is shown, and those that are not shown at all.
SHORT, LEFT_OUT = ("step",), ("knee", "recovery")


def show(report: Report, console: Console) -> None:
    """Print them, where there was a load."""
    for phase in report.load_phases:
        if phase.name in LEFT_OUT or phase.name in SHORT:
            continue
        table = Table(title=title(phase), title_justify="left", title_style="bold", box=None)
        for name in HEAD:
            first = name == HEAD[0]
            table.add_column(name, justify="left" if first else "right", no_wrap=first)
        for row in rows(phase):
            table.add_row(*row)
        console.print()
        console.print(table)
    for found in _lines(report):
        console.print(Text(f"  {found}"), soft_wrap=True)


def markdown(report: Report) -> Iterator[str]:
    """The same as parts of a page in Markdown."""
    for phase in report.load_phases:
        if phase.name in LEFT_OUT or phase.name in SHORT:
            continue
        lines = [f"| {' | '.join(HEAD)} |", f"| --- |{' ---: |' * (len(HEAD) - 1)}"]
        lines += [
            f"| <code>{html.escape(name)}</code> | {' | '.join(rest)} |"
            for name, *rest in rows(phase)
        ]
        yield f"### Load: {html.escape(title(phase))}\n\n" + "\n".join(lines) + "\n\n"
    found = "".join(f"- {html.escape(each)}\n" for each in _lines(report))
    if found:
        yield f"{found}\n"


def title(phase: LoadPhaseEnded) -> str:
    """What a phase was, in a few words."""
    again = ", a second time" if phase.round > 1 else ""
    offered = f", {phase.offered:.4g} requests/s asked for" if phase.offered is not None else ""
    return f"{phase.name}{again}: {phase.users} users, {phase.seconds} s{offered}"


def rows(phase: LoadPhaseEnded) -> Iterator[tuple[str, ...]]:
    """One for each operation, all together last."""
    named = sorted(phase.operations, key=lambda name: (name == ALL, name))
    for name in named:
        seen = phase.operations[name]
        yield (
            name,
            _rate(seen.get("requests_per_second")),
            _time(seen.get("mean_seconds")),
            *(_time(_first(seen.get(f"p{share}_seconds"))) for share in (50, 95, 99)),
            str(seen["refused"]),
            str(seen["failed"]),
        )


def _lines(report: Report) -> Iterable[str]:
    """The findings, each told once."""
    return dict.fromkeys(f"{each.name}: {each.told}" for each in report.load_findings)


def _first(estimate: Any) -> float | None:
    return estimate[0] if estimate else None


def _rate(estimate: Any) -> str:
    return f"{estimate[0]:.1f}" if estimate else "-"


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.0f} ms"
