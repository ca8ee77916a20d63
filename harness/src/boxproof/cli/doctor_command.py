"""``boxproof doctor``: say what this machine lacks."""

import argparse

from rich.console import Console

from boxproof import doctor
from boxproof.cli.parsing import Commands, Parser, Plain

EPILOG = """\
Exits with 0 where a full verdict is possible, else with 1. Starts nothing.
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    return commands.add_parser(
        "doctor",
        help="say what this machine lacks, and how to mend it",
        description="Say what this machine lacks for a full verdict, and how to mend it.",
        epilog=EPILOG,
        formatter_class=Plain,
    )


def run(given: argparse.Namespace) -> int:
    """Look and tell."""
    return doctor.examine(given.config, Console())
