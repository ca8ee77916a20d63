"""The terminal: what happens as the journal hears of it, and the tables at the end."""

from textwrap import indent
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Level, Verdict
from boxproof.journal import Recorded
from boxproof.journal.entries import (
    ClauseJudged,
    FirstBootFailed,
    HarnessFailed,
    Progress,
    RunBegan,
)
from boxproof.reports.model import Report

STYLES = {
    Verdict.KEPT: "green",
    Verdict.BROKEN: "bold red",
    Verdict.UNKNOWN: "bold magenta",
    Verdict.NOT_JUDGED: "yellow",
}
WORD_CHARACTERS = max(len(each) for each in Verdict)


class Live:
    """Prints a line for everything that a person waits for; give :meth:`hear` to a journal."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def hear(self, recorded: Recorded) -> None:
        """Print what one journal entry means to a person, if anything."""
        match recorded.entry:
            case RunBegan() as began:
                self._header(began)
            case Progress(line=line):
                _print(self._console, Text(f"  {line}", "dim"))
            case ClauseJudged() as judged:
                _verdict(self._console, judged)
            case FirstBootFailed() as failure:
                _print(self._console, Text(f"\nboot failed: {failure.summary}", "bold red"))
                for line in failure.log.splitlines()[-60:]:
                    _print(self._console, Text(f"  | {line}"))
            case HarnessFailed(what=what):
                _print(self._console, Text(f"the run went wrong: {what}", "bold magenta"))

    def _header(self, run: RunBegan) -> None:
        _print(self._console, Text(f"boxproof {run.version}, service {run.service}", "bold"))
        _print(self._console, Text(f"  target {run.target}, seed {run.seed}{_selected(run)}"))
        if run.why:
            _print(self._console, Text(f"  no container engine: {run.why}", "yellow"))
            _print(
                self._console,
                Text(
                    "  so the server runs as a local process; "
                    "'boxproof doctor' says how to get an engine",
                    "yellow",
                ),
            )


def summary(report: Report, console: Console, *, code: ExitCode) -> None:
    """Print the end of a run: a table of families, what is broken, what was not judged."""
    if report.clauses:
        console.print()
        console.print(_families(report))
    shown: dict[tuple[str, ...], str] = {}
    for each in report.with_verdict(Verdict.BROKEN, Verdict.UNKNOWN):
        console.print()
        _print(console, Text(f"{each.verdict}: {each.id}", STYLES[each.verdict]))
        _print(console, Text(f"  {each.sentence}"))
        # Clauses that share a history share what went wrong with it.
        first = shown.setdefault((each.summary, *each.evidence), each.id)
        alike = first != each.id and each.evidence
        lines = (f"as under {first}: {each.summary}",) if alike else (each.summary, *each.evidence)
        for line in lines:
            _print(console, Text(indent(line, "    ")))
    if report.unjudged and not report.interrupted:
        _partial(report, console)
    console.print()
    if "boot_seconds" in report.run and "seconds" in report.run:
        _print(console, _times(report.run))
    _print(console, _last_line(report, code))


def _verdict(console: Console, each: ClauseJudged) -> None:
    line = Text()
    line.append(f"  {each.verdict:<{WORD_CHARACTERS}}", STYLES[each.verdict])
    line.append(f"{each.seconds:8.2f} s  ")
    line.append(each.id)
    if each.level is Level.SHOULD:
        line.append(f"  ({each.level})", "dim")
    _print(console, line)
    if each.verdict is not Verdict.KEPT:
        why = f"{each.cause}: {each.summary}" if each.cause else each.summary
        _print(console, Text(f"{'':{WORD_CHARACTERS + 14}}{why}", "dim"))


def _families(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column("family")
    for verdict in Verdict:
        table.add_column(verdict, justify="right")
    table.add_column("seconds", justify="right")
    for family in report.families:
        count = report.count(family)
        seconds = sum(each.seconds for each in report.clauses if each.family == family)
        table.add_row(
            family,
            *(Text(str(count[each]), STYLES[each] if count[each] else "dim") for each in Verdict),
            f"{seconds:.1f}",
        )
    return table


def _partial(report: Report, console: Console) -> None:
    console.print()
    count = len(report.unjudged)
    console.rule(Text(f"PARTIAL: {count} MUST clause{'s' * (count > 1)} NOT JUDGED", "bold yellow"))
    reasons: dict[str, list[str]] = {}
    for each in report.unjudged:
        why = f"{each.cause}: {each.summary}" if each.cause else each.summary
        reasons.setdefault(why, []).append(each.id)
    for reason, ids in reasons.items():
        _print(console, Text(f"  {reason}:", "yellow"))
        for each_id in ids:
            _print(console, Text(f"    {each_id}"))


def _last_line(report: Report, code: ExitCode) -> Text:
    count = report.count()
    parts = [f"{count[each]} {each}" for each in Verdict if count[each]]
    seconds = f"{report.run.get('seconds', 0.0):.1f} s"
    word = code.name.replace("_", " ").lower()
    style = "bold green" if code is ExitCode.CLEAN else "bold red"
    return Text(
        f"{word}: {', '.join(parts) or 'nothing judged'} in {seconds} (exit code {code:d})", style
    )


def _times(run: dict[str, Any]) -> Text:
    """What a verdict cost beside one boot: the unit that differs least between machines."""
    boot, judging = run["boot_seconds"], run["seconds"] - run["prepare_seconds"]
    return Text(
        f"prepared in {run['prepare_seconds']:.1f} s, one boot {boot:.1f} s, "
        f"boots and clauses {judging:.1f} s: {judging / boot:.1f} times one boot"
    )


def _selected(run: RunBegan) -> str:
    return f", only {run.selection}" if run.selection else ""


def _print(console: Console, text: Text) -> None:
    # Soft wrap: a curl line must come out of the terminal as it must go in again.
    console.print(text, soft_wrap=True)
