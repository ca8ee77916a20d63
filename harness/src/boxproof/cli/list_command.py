"""``boxproof list``: the clauses, what each promises, and which of them a file brings in."""

import argparse

from rich.console import Console
from rich.markup import escape

from boxproof.clauses import families, registry
from boxproof.clauses.left_out import key_left_out
from boxproof.cli.parsing import Commands, Parser, Plain, wrapped
from boxproof.config import load
from boxproof.config.options import Config
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
        help="list the clauses, and which of them boxproof.toml brings in",
        description="List the clauses by family: what each promises, and the abilities that it\n"
        "needs or, where boxproof.toml leaves it out, the key that decides it.",
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
    """Print them by family; where there is a ``boxproof.toml``, with what it leaves out and why."""
    config = load(given.config) if given.config.exists() else None
    console = Console()
    every = [each for each in registry.every() if _is_judged(each, given.target)]
    for family in families.every():
        clauses = [each for each in every if each.family == family]
        if not clauses or family not in (given.family or (family,)):
            continue
        why = [_left_out(each, config) for each in clauses]
        judged = f": {why.count('')} of {len(clauses)} clauses" if config else ""
        _print(console, f"[bold]{family}{judged}[/]")
        for clause, left_out in zip(clauses, why, strict=True):
            style = "dim" if left_out else "not dim"
            takes = (
                f"  (left out: {escape(left_out)})" if left_out else _takes(clause, given.target)
            )
            _print(console, f"[{style}]{clause.id}{takes}[/]")
            _print(console, f"[{style}]    {escape(clause.sentence)}[/]")
    if config is None:
        _print(console, f"no {given.config} here; it would say which of these the service promises")
    return ExitCode.CLEAN


def _print(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _left_out(clause: registry.Clause, config: Config | None) -> str:
    """Why a clause is not judged by this file: the key that decides it, or the reason that stands
    there; empty where it is judged.
    """
    if config is None:
        return ""
    if clause.id in config.declined:
        return f"declined, {config.declined[clause.id]}"
    if clause.since > config.contract:
        return f"came with contract {clause.since}"
    return key_left_out(clause, config)


def _is_judged(clause: registry.Clause, target: str | None) -> bool:
    """Whether it can be judged on the target of that name, or, without a name, anywhere."""
    return target is None or choose.can_judge(target, clause.needs, clause.effect)


def _takes(clause: registry.Clause, target: str | None) -> str:
    """What judging it takes, in brackets."""
    if target == "url" and clause.effect is Effect.WRITES:
        part = "in part; the whole " if clause.reads_in_part else ""
        return f"  ({part}with --allow-writes)"
    needs = ", ".join(phrase(each) for each in clause.needs)
    takes = [f"the target must {needs}"] if needs else []
    if clause.full:
        takes.append("takes long: only with --full")
    if not families.asked_for(clause.family, ()):
        takes.append(f"only with --family {clause.family}")
    return f"  ({'; '.join(takes)})" if takes else ""
