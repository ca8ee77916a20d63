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
from boxproof.reports import load_table
from boxproof.reports.model import Report, said_of, why_of

STYLES = {
    Verdict.KEPT: "green",
    Verdict.BROKEN: "bold red",
    Verdict.WAIVED: "cyan",
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
    """Print the end of a run: tables of families, what is broken, what was not judged."""
    for level in Level:
        if report.count(level=level):
            console.print()
            console.print(_families(report, level))
    _broken(report, console)
    _waived(report, console)
    if not report.interrupted:
        _not_judged(report, console)
    _kept(report, console)
    load_table.show(report, console)
    console.print()
    if report.reach:
        _print(console, Text(report.reach, "yellow"))
    broken, causes = report.with_verdict(Verdict.BROKEN), report.causes
    if len(broken) != causes:
        counted = f"{causes} cause{'s' * (causes > 1)}"
        _print(console, Text(f"{_counted(broken, None)} broken, {counted} in all"))
    if "boot_seconds" in report.run and "seconds" in report.run:
        _print(console, _times(report.run))
    for last in _last_lines(report, code):
        _print(console, last)


def _broken(report: Report, console: Console) -> None:
    """Every finding with its proof: those of MUST first, those of SHOULD apart from them."""
    shown: dict[tuple[str, ...], str] = {}
    found = report.with_verdict(Verdict.BROKEN, Verdict.UNKNOWN)
    for level in Level:
        clauses = [each for each in found if each.level is level]
        if clauses and level is Level.SHOULD:
            only = ", told only" if all(map(report.is_told_only, clauses)) else ""
            console.print()
            console.rule(Text(f"{_counted(clauses, level)} broken or unknown{only}", "bold"))
        for each in clauses:
            console.print()
            heading = f"{each.verdict}: {each.id} ({each.level})"
            _print(console, Text(heading, STYLES[each.verdict]))
            _print(console, Text(f"  {each.sentence}"))
            # Clauses that share a history share what went wrong with it.
            first = shown.setdefault((each.summary, *each.evidence), each.id)
            alike = first != each.id and each.evidence
            proof = (
                (f"as under {first}: {each.summary}",) if alike else (each.summary, *each.evidence)
            )
            waived = (f"waived: {one.told}" for one in each.waived)
            for line in (*waived, *proof):
                _print(console, Text(indent(line, "    ")))


def _waived(report: Report, console: Console) -> None:
    """Name what is accepted and until when, and the waivers that cover nothing."""
    waived = report.with_verdict(Verdict.WAIVED)
    if waived:
        console.print()
        _print(console, Text(f"waived: {_counted(waived, None)}", STYLES[Verdict.WAIVED]))
        for each in waived:
            _print(console, Text(f"  {each.id} ({each.level}): {why_of(each)}"))
            for one in each.waived:
                _print(console, Text(f"    {one.told}"))
    if report.unused and not report.interrupted:
        console.print()
        _print(console, Text("waivers that cover nothing:", "yellow"))
        for unused in report.unused:
            _print(console, Text(f"  {unused.line}"))


def _kept(report: Report, console: Console) -> None:
    """How to look into the deployment that stays, and how to remove it."""
    if report.kept:
        console.print()
        _print(console, Text("the deployment was kept; later runs leave it", "yellow"))
        for what, how in (*report.kept.items(), ("removed by", "boxproof clean")):
            _print(console, Text(f"  {what + ':':<18}{how}"))


def _verdict(console: Console, each: ClauseJudged) -> None:
    line = Text()
    line.append(f"  {each.verdict:<{WORD_CHARACTERS}}", STYLES[each.verdict])
    # What was made in the background took none of this clause's own time.
    line.append("  background  " if each.background else f"{each.seconds:8.2f} s  ".rjust(14))
    line.append(each.id)
    if each.level is Level.SHOULD:
        line.append(f"  ({each.level})", "dim")
    _print(console, line)
    if each.verdict is not Verdict.KEPT or each.summary:
        _print(console, Text(f"{'':{WORD_CHARACTERS + 16}}{said_of(each)}", "dim"))


def _families(report: Report, level: Level) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column(level, min_width=max(map(len, report.families)))
    verdicts = [each for each in Verdict if each is not Verdict.WAIVED or report.count()[each]]
    for verdict in verdicts:
        table.add_column(verdict, justify="right")
    table.add_column("seconds", justify="right")
    for family in report.families:
        count = report.count(family, level)
        if not count:
            continue
        clauses = [each for each in report.clauses if (each.family, each.level) == (family, level)]
        waited = sum(each.seconds for each in clauses if not each.background)
        background = all(each.background for each in clauses)
        table.add_row(
            family,
            *(Text(str(count[each]), STYLES[each] if count[each] else "dim") for each in verdicts),
            "background" if background else f"{waited:.1f}",
        )
    return table


def _not_judged(report: Report, console: Console) -> None:
    """Name what was not judged, by its cause: what makes the run partial first."""
    partial = report.unjudged
    others = [each for each in report.with_verdict(Verdict.NOT_JUDGED) if each not in partial]
    if partial:
        console.print()
        heading = f"PARTIAL: {_counted(partial, Level.MUST)} NOT JUDGED"
        console.rule(Text(heading, "bold yellow"))
        _by_cause(partial, console)
    if others:
        console.print()
        level = None if any(each.level is Level.MUST for each in others) else Level.SHOULD
        told = f"not judged, and not needed for a whole run: {_counted(others, level)}"
        _print(console, Text(told))
        _by_cause(others, console)


def _by_cause(clauses: list[ClauseJudged], console: Console) -> None:
    reasons: dict[str, list[str]] = {}
    for each in clauses:
        reasons.setdefault(why_of(each), []).append(each.id)
    for reason, ids in reasons.items():
        _print(console, Text(f"  {reason}:", "yellow"))
        for each_id in ids:
            _print(console, Text(f"    {each_id}"))


def _counted(clauses: list[ClauseJudged], level: Level | None) -> str:
    word = f"{level} " if level else ""
    return f"{len(clauses)} {word}clause{'s' * (len(clauses) > 1)}"


def _last_lines(report: Report, code: ExitCode) -> list[Text]:
    """How many clauses of each level got each verdict, then the run's word."""
    style = "bold green" if code is ExitCode.CLEAN else "bold red"
    lines = []
    for level in Level:
        count = report.count(level=level)
        if count:
            told = ", ".join(f"{count[each]} {each}" for each in Verdict if count[each])
            lines.append(f"{level:<6} {told}")
    lines = lines or ["nothing was judged"]
    if report.missing:
        lines.append(f"PARTIAL: {report.missing}")
    word = code.name.replace("_", " ").lower()
    seconds = f"{report.run.get('seconds', 0.0):.1f} s"
    return [Text(each) for each in lines] + [
        Text(f"{word} after {seconds} (exit code {code:d})", style)
    ]


def _times(run: dict[str, Any]) -> Text:
    """Where the run's time went."""
    judging = run["seconds"] - run["prepare_seconds"]
    return Text(
        f"preparing {run['prepare_seconds']:.1f} s, one boot {run['boot_seconds']:.1f} s, "
        f"all boots and clauses {judging:.1f} s"
    )


def _selected(run: RunBegan) -> str:
    shard = f", shard {run.shard}" if run.shard else ""
    return f", only {run.selection}{shard}" if run.selection else shard


def _print(console: Console, text: Text) -> None:
    # Soft wrap: a curl line must come out of the terminal as it must go in again.
    console.print(text, soft_wrap=True)
