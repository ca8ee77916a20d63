"""``boxproof report``: make every report again from a journal alone."""

import argparse
import os
from pathlib import Path

from rich.console import Console

from boxproof import journal
from boxproof.cli.parsing import Commands, Parser, Plain, journal_at
from boxproof.core.errors import ConfigError
from boxproof.journal import joining
from boxproof.journal.writer import NAME
from boxproof.reports import folder, github, terminal

EPILOG = """\
The exit code is the run's. index.html, junit.xml, report.json and summary.md
(Markdown, at most 1 MiB) lie beside the journal. The journals of several shards
give the one verdict of all, in a folder of its own; without one it is partial.

examples:
  boxproof report                       of the last run
  boxproof report old/journal.jsonl     of one that was kept
  boxproof report 1/ 2/ 3/              of the shards of a run, in report/
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "report",
        help="make the reports of a run again from its journal",
        description="Show a run again and write its reports, from its journal alone.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument(
        "places",
        nargs="*",
        type=Path,
        metavar="DIR|FILE",
        help="the journal, or its folder (default: report/ beside boxproof.toml)",
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="a report.json to compare with (default: none)",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="DIR",
        help="where the verdict of several goes (default: report/)",
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Show it and write them."""
    path = _joined(given)
    console = Console()
    live = terminal.Live(console)
    report, code = folder.write(path, given.baseline)
    with github.without_commands(os.environ):
        for each in journal.read(path):
            live.hear(each)
        terminal.summary(report, console, code=code)
    console.print(f"report: {path.parent / folder.PAGE}", soft_wrap=True)
    return code


def _joined(given: argparse.Namespace) -> Path:
    """The journal that is meant: the one that is named, or that of several shards.

    Raises:
        ConfigError: a folder is named for what stays where it is.
        JournalError: what is named is not the shards of one run.
    """
    places: list[Path] = given.places
    folder: Path = given.config.parent / "report"
    if len(places) < 2:
        if given.report is not None:
            raise ConfigError("--report goes with the journals of several shards")
        return journal_at(places[0]) if places else folder / NAME
    path = (given.report or folder) / NAME
    joining.join([journal_at(each) for each in places], path)
    return path
