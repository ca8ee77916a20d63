"""``boxproof list``: the clauses, and what each promises."""

import argparse

from rich.console import Console

from boxproof.clauses import families, registry
from boxproof.cli.parsing import Commands, Parser, Plain, wrapped
from boxproof.core.effects import Effect
from boxproof.core.errors import ExitCode
from boxproof.targets import choose
from boxproof.targets.abilities import phrase

EPILOG = """\
{families}

examples:
  boxproof list
  boxproof list --family smoke --family startup
  boxproof list --target url           what is judged at a URL
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    names = tuple(families.every())
    parser = commands.add_parser(
        "list",
        help="list the clauses and what each promises",
        description="List the clauses, what each promises and the abilities that it needs.",
        epilog=EPILOG.format(families=wrapped("families:", names)),
        formatter_class=Plain,
    )
    parser.add_argument(
        "--family",
        action="append",
        choices=names,
        metavar="NAME",
        help="only this family (repeatable; default: all)",
    )
    parser.add_argument(
        "--target",
        choices=tuple(choose.DEPLOYMENTS),
        metavar="NAME",
        help="only what can be judged there: compose, process or url (default: all)",
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Print them."""
    console = Console()
    for clause in registry.every():
        wanted = given.family is None or clause.family in given.family
        if wanted and _is_judged(clause, given.target):
            takes = _takes(clause, given.target)
            console.print(f"[bold]{clause.id}[/]{takes}", highlight=False, soft_wrap=True)
            console.print(f"    {clause.sentence}", highlight=False, soft_wrap=True)
    return ExitCode.CLEAN


def _is_judged(clause: registry.Clause, target: str | None) -> bool:
    """Whether it can be judged on the target of that name, or, without a name, anywhere."""
    return target is None or choose.can_judge(target, clause.needs, clause.effect)


def _takes(clause: registry.Clause, target: str | None) -> str:
    """What judging it takes, in brackets."""
    if target == "url" and clause.effect is Effect.WRITES:
        part = "in part; the whole " if clause.reads_in_part else ""
        return f"  ({part}with --allow-writes)"
    needs = ", ".join(phrase(each) for each in clause.needs)
    return f"  (the target must {needs})" if needs else ""
