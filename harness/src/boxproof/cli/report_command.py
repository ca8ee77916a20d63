"""``boxproof report``: make every report again from a journal alone."""

import argparse
import os

from rich.console import Console

from boxproof import journal
from boxproof.cli.parsing import Commands, Parser, Plain, add_journal, journal_of
from boxproof.reports import folder, github, terminal

EPILOG = """\
The exit code is the run's. junit.xml, report.json and summary.md (Markdown, at
most 1 MiB) lie beside the journal.

examples:
  boxproof report                       of the last run
  boxproof report old/journal.jsonl     of one that was kept
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
    add_journal(parser)
    return parser


def run(given: argparse.Namespace) -> int:
    """Show it and write them."""
    path = journal_of(given)
    console = Console()
    live = terminal.Live(console)
    report, code = folder.write(path)
    with github.without_commands(os.environ):
        for each in journal.read(path):
            live.hear(each)
        terminal.summary(report, console, code=code)
    console.print(f"report: {path.parent}", soft_wrap=True)
    return code
