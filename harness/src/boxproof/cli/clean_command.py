"""``boxproof clean``: remove what dead runs left behind."""

import argparse

from boxproof.cli.parsing import Commands, Parser, Plain
from boxproof.core.errors import ExitCode
from boxproof.targets import run_lock

EPILOG = """\
A living run is never touched. The next run does the same by itself; it leaves
what was kept.

examples:
  boxproof clean
  boxproof clean --images            the images that runs have built, too
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "clean",
        help="remove what dead runs left behind",
        description="Remove all that dead runs left, and what --keep left standing.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument(
        "--images", action="store_true", help="the images that runs have built, too"
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Remove it and name it."""
    removed = run_lock.clean(images=given.images)
    for line in removed:
        print(f"removed {line}")
    if not removed:
        print("nothing was left behind")
    return ExitCode.CLEAN
