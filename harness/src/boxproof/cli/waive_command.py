"""``boxproof waive``: write a waiver for each thing that the last run found."""

import argparse
import datetime
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import tomlkit

from boxproof import config, journal
from boxproof.cli.parsing import Commands, Parser, Plain, add_journal, journal_of
from boxproof.config.loading import waivers_file
from boxproof.config.options import Waiver
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.core.findings import Finding, told
from boxproof.core.verdicts import Verdict
from boxproof.core.waivers import covers
from boxproof.reports.model import Report, why_of

#: Long enough to plan the mending, short enough that somebody looks again.
DAYS = 90
#: As much of a summary as a person reads above an entry.
COMMENT_CHARACTERS = 160

HEAD = """\
# What is broken, or not judged, and accepted by name until a day. Write a reason for each.
"""
EPILOG = f"""\
Entries are added to boxproof.waivers.toml beside boxproof.toml; what stands in
it stays. Each has what was found above it and an empty reason, with which no
run begins until somebody writes it. A cause that several operations have in
common is accepted for all of them by name; another cause stays red. Each
ends in {DAYS} days where nobody sets another day, so that nothing is accepted
for ever. What is unknown cannot be waived; what is not judged can, after a run
with --require-complete.

examples:
  boxproof waive                       after 'boxproof run --require-complete'
  boxproof waive --until 2027-01-31    another last day for all of them
  boxproof waive old/journal.jsonl     of a run that was kept
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "waive",
        help="accept by name, for now, what the last run found",
        description="Write a waiver for each thing that the last run found.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    add_journal(parser)
    parser.add_argument(
        "--until", type=_day, metavar="DATE", help=f"the last day (default: in {DAYS} days)"
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Add the entries and say how many."""
    report = Report.of(journal.read(journal_of(given)))
    if report.boot_failure is not None:
        raise ConfigError(f"{report.boot_failure.summary}; nothing was judged that could be waived")
    waivers = config.load(given.config).waivers
    until = given.until or _today() + datetime.timedelta(days=DAYS)
    new, expired = _sorted(_found(report), waivers)
    file = waivers_file(given.config)
    if new:
        _append(file, "\n".join(_entry(*each, until) for each in new))
        print(f"{file}: {len(new)} added, until {until}; write a reason for each")
    else:
        print(f"{file}: nothing to add")
    for each in expired:
        print(f"{each}: its waiver has expired; mend it, or set another day there")
    unknown = report.count()[Verdict.UNKNOWN]
    if unknown:
        print(f"{unknown} unknown: the service did not do that, and it cannot be waived")
    return ExitCode.CLEAN


def _found(report: Report) -> Iterator[tuple[str, Finding]]:
    """What makes the run red, or partial where that counts, as clause and finding."""
    for each in report.red:
        if each.verdict is Verdict.BROKEN:
            for finding in each.findings or (Finding(summary=each.summary),):
                yield each.id, finding
    if report.run.get("require_complete"):
        for each in report.unjudged:
            yield each.id, Finding(summary=f"not judged, {why_of(each)}")


def _sorted(
    found: Iterable[tuple[str, Finding]], waivers: Sequence[Waiver]
) -> tuple[list[tuple[str, Finding]], list[str]]:
    """What no waiver covers, once for each cause, or operation and fault; the clauses of expired
    waivers.
    """
    new: dict[tuple[str, str, str], list[Finding]] = {}
    expired: dict[str, None] = {}
    for clause, finding in found:
        covering = [each for each in waivers if covers(each, clause, finding)]
        if not covering:
            place = (clause, finding.cause or finding.operation, finding.fault)
            new.setdefault(place, []).append(finding)
        elif all(each.until < _today() for each in covering):
            expired[clause] = None
    return [(clause, _joined(each)) for (clause, *_), each in new.items()], list(expired)


def _joined(findings: Sequence[Finding]) -> Finding:
    """Findings that one entry covers; what all operations share is accepted for all of them."""
    operations = {each.operation for each in findings}
    return replace(
        findings[0],
        summary=told(findings)[0],
        operation=operations.pop() if len(operations) == 1 else "",
    )


def _entry(clause: str, finding: Finding, until: datetime.date) -> str:
    entry = tomlkit.table()
    entry.add(tomlkit.comment(_comment(finding.summary)))
    entry.add("clause", clause)
    names = {"operation": finding.operation, "fault": finding.fault, "head": finding.cause}
    for name, value in names.items():
        if value:
            entry.add(name, value)
    entry.add("reason", "")
    entry.add("until", until)
    return f"[[waivers]]\n{entry.as_string()}"


def _comment(summary: str) -> str:
    words = "".join(each if each.isprintable() else " " for each in " ".join(summary.split()))
    return words if len(words) <= COMMENT_CHARACTERS else f"{words[:COMMENT_CHARACTERS]}…"


def _append(file: Path, entries: str) -> None:
    """Add to the end of a file, which keeps what stands in it.

    Raises:
        ConfigError: it cannot be written or its waivers are an inline array, which has ended.
    """
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        added = f"\n{entries}" if before else f"{HEAD}\n{entries}"
        tomllib.loads(before + added)
        with file.open("a", encoding="utf-8") as out:
            out.write(added)
    except tomllib.TOMLDecodeError:
        raise ConfigError(
            f"{file}: nothing can be added to 'waivers = [...]'; write each as a [[waivers]] table"
        ) from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None


def _day(text: str) -> datetime.date:
    """The last day of a waiver."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2027-01-31") from None
    if day < _today():
        raise argparse.ArgumentTypeError(f"{text!r} is over")
    return day


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
