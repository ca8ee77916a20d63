"""``boxproof list``: the clauses, and what each promises."""

import argparse

from rich.console import Console

from boxproof.clauses import families, registry
from boxproof.cli.parsing import Commands, Parser, Plain
from boxproof.core.errors import ExitCode
from boxproof.targets.abilities import phrase

EPILOG = """\
families: {families}

examples:
  boxproof list
  boxproof list --family smoke --family startup
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    names = tuple(families.every())
    parser = commands.add_parser(
        "list",
        help="list the clauses and what each promises",
        description="List the clauses, what each promises and the abilities that it needs.",
        epilog=EPILOG.format(families=" ".join(names)),
        formatter_class=Plain,
    )
    parser.add_argument(
        "--family",
        action="append",
        choices=names,
        metavar="NAME",
        help="only this family (repeatable; default: all)",
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Print them."""
    console = Console()
    for clause in registry.every():
        if given.family is None or clause.family in given.family:
            needs = ", ".join(phrase(each) for each in clause.needs)
            told = f"  (the target must {needs})" if needs else ""
            console.print(f"[bold]{clause.id}[/]{told}", highlight=False, soft_wrap=True)
            console.print(f"    {clause.sentence}", highlight=False, soft_wrap=True)
    return ExitCode.CLEAN
