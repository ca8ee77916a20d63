"""``boxproof run``: boot the service and judge every clause."""

import argparse
from pathlib import Path

from rich.console import Console

from boxproof import journal, runner
from boxproof.clauses import families, retired
from boxproof.cli.parsing import (
    Commands,
    Parser,
    Plain,
    add_trust,
    natural,
    positive,
    shard,
    wrapped,
)
from boxproof.core.errors import ConfigError
from boxproof.journal.writer import NAME
from boxproof.reports.model import Report
from boxproof.session import Settings
from boxproof.targets import choose
from boxproof.targets.url import Site

EPILOG = """\
{families}
targets, of which auto takes the first that there is:
  url       what runs already at --url, by what only reads
  compose   the image, as a container of its own, where an engine answers
  process   the command of [process] in boxproof.toml, as a local process
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    names = tuple(families.every())
    parser = commands.add_parser(
        "run",
        help="boot the service and judge every clause",
        description="Boot the service and judge every clause that boxproof.toml promises.",
        epilog=EPILOG.format(families=wrapped("families:", names)),
        formatter_class=Plain,
        usage="%(prog)s [options]",
    )
    parser.add_argument(
        "-k",
        dest="expression",
        default="",
        metavar="WORDS",
        help="only clauses whose id matches, as survives and not kill",
    )
    parser.add_argument(
        "--failed", action="store_true", help="only what the last run found broken, by its seed"
    )
    parser.add_argument(
        "--family",
        action="append",
        choices=names,
        metavar="NAME",
        help="only this family (repeatable)",
    )
    parser.add_argument(
        "--target",
        choices=choose.NAMES,
        default="auto",
        metavar="NAME",
        help="where to run it (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=natural,
        metavar="N",
        help="draw the same cases again (default: a new seed)",
    )
    parser.add_argument(
        "--shard",
        type=shard,
        metavar="K/N",
        help="the Kth of N parts of the families (default: all)",
    )
    parser.add_argument(
        "--max-examples",
        type=natural,
        metavar="N",
        help="fuzzing cases of each operation (default: [schema]'s)",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="judge what takes long, too: at most 10 minutes more",
    )
    parser.add_argument(
        "--with",
        dest="clients",
        action="append",
        metavar="COMMAND",
        help="a client that must succeed, too; told BASE_URL (repeatable)",
    )
    parser.add_argument(
        "--cycles",
        type=positive,
        default=1,
        metavar="N",
        help="kills in persistence.survives-kill (default: %(default)s)",
    )
    parser.add_argument(
        "--budget",
        type=positive,
        metavar="SECONDS",
        help="judge what that leaves time for (default: [limits]'s)",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="leave the service standing if a clause is broken",
    )
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where the reports go (default: report/)"
    )
    parser.add_argument(
        "--require-complete",
        action="store_true",
        help="exit with 4, not 0, where a MUST was not judged",
    )
    parser.add_argument(
        "--strict-waivers",
        action="store_true",
        help="exit with 1 where a waiver covers nothing",
    )
    parser.add_argument(
        "--url", metavar="URL", help="of a service that runs already (default: it is booted)"
    )
    parser.add_argument(
        "--allow-writes", action="store_true", help="to --url, send work and records, too"
    )
    add_trust(parser)
    return parser


def run(given: argparse.Namespace) -> int:
    """Judge the service."""
    retired.check(given.expression)
    if given.shard is not None and given.seed is None:
        raise ConfigError("--shard goes with --seed N, which every shard must share")
    failed = _failed(given) if given.failed else None
    chosen = [
        *(given.family or []),
        *([f"-k {given.expression!r}"] if given.expression else []),
        *(["--failed"] if given.failed else []),
    ]
    settings = Settings(
        config_file=given.config,
        target=given.target,
        seed=failed.run.get("seed") if failed and given.seed is None else given.seed,
        report_folder=given.report,
        require_complete=given.require_complete,
        strict_waivers=given.strict_waivers,
        max_examples=given.max_examples,
        budget_seconds=given.budget,
        keep=given.keep,
        selection=", ".join(chosen),
        cycles=given.cycles,
        trust_compose=given.trust_compose,
        # What a run with --full found broken is judged again without it, too.
        full=given.full or failed is not None,
        shard=given.shard,
        clients=tuple(given.clients or ()),
        site=site_of(given),
        families=_named(given, failed),
    )
    return runner.run(
        settings,
        Console(),
        families=given.family or (),
        ids=[each.id for each in failed.red] if failed else (),
        expression=given.expression,
    )


def _failed(given: argparse.Namespace) -> Report:
    """The last run, which found something.

    Raises:
        ConfigError: it found nothing.
        JournalError: there is none.
    """
    folder = given.report or given.config.parent / "report"
    last = Report.of(journal.read(folder / NAME))
    if not last.red:
        raise ConfigError(f"--failed: the run in {folder} found nothing broken; run without it")
    return last


def _named(given: argparse.Namespace, failed: Report | None) -> tuple[str, ...]:
    """The families that are asked for by name, also by what the last run found."""
    found = [each.family for each in failed.red] if failed else []
    return tuple(dict.fromkeys([*(given.family or []), *found]))


def site_of(given: argparse.Namespace) -> Site | None:
    """Where the service runs already; None where it is booted.

    Raises:
        ConfigError: writing is allowed nowhere.
    """
    if given.url is not None:
        return Site(given.url, given.allow_writes)
    if given.allow_writes:
        raise ConfigError("--allow-writes goes with --url URL")
    return None
