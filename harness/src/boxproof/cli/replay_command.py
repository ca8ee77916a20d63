"""``boxproof replay``: play what a run found broken again."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from boxproof import journal, runner
from boxproof.cli.parsing import Commands, Parser, Plain, add_trust, positive
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.core.suggestions import did_you_mean
from boxproof.core.verdicts import Verdict
from boxproof.journal.writer import NAME
from boxproof.reports.model import Report
from boxproof.session import Settings

#: Where the reports of the tries go, beside the report of the run that is replayed.
FOLDER = "replay"
EPILOG = """\
Each try judges the clause alone, with the seed, the target and the settings of
that run, on the image that the compose file gives now:
  still broken          seen again, in so many of so many tries (exit code 1)
  kept now              every try was kept, on another image (0)
  not seen in N tries   every try was kept, on the same image: it takes luck, or
                        other work beside it (4)
Their reports lie in replay/ beside that of the run.

examples:
  boxproof replay persistence.survives-kill
  boxproof replay schema.no-server-error --tries 1 --report old/
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "replay",
        help="play what a run found broken again",
        description="Judge one clause again that a run found broken, as that run did.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument("clause", metavar="CLAUSE", help="its id, such as smoke.first-work")
    parser.add_argument(
        "--tries", type=positive, default=3, metavar="N", help="how often (default: %(default)s)"
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="of the run (default: report/)")
    add_trust(parser)
    return parser


def run(given: argparse.Namespace) -> int:
    """Play it again."""
    folder = given.report or given.config.parent / "report"
    last = Report.of(journal.read(folder / NAME))
    clause = _broken(given.clause, last, folder)
    console = Console()
    verdicts: Counter[Verdict] = Counter()
    image = last.run.get("image", "")
    for number in range(1, given.tries + 1):
        console.print(f"try {number} of {given.tries}")
        there = folder / FOLDER / clause / str(number)
        code = runner.run(_settings(given, last.run, there), console, ids=[clause])
        if code is ExitCode.INTERRUPTED:
            return code
        tried = Report.of(journal.read(there / NAME))
        if tried.boot_failure is not None:
            return code
        image = tried.run.get("image", "")
        verdicts.update(each.verdict for each in tried.clauses if each.id == clause)
    # A local process has no image by which it could be told from the one before.
    same = bool(image) and image == last.run.get("image", "")
    word, code = _told(verdicts, given.tries, same=same)
    console.print(f"{clause}: {word}")
    return code


def _broken(wanted: str, last: Report, folder: Path) -> str:
    """The id of a clause that the run found broken.

    Raises:
        ConfigError: it did not.
    """
    found = [each.id for each in last.with_verdict(Verdict.BROKEN, Verdict.WAIVED)]
    if wanted in found:
        return wanted
    if not found:
        raise ConfigError(f"{wanted}: the run in {folder} found nothing broken")
    meant = did_you_mean(wanted, found) or f"; it found {', '.join(found)}"
    raise ConfigError(f"{wanted}: the run in {folder} did not find it broken{meant}")


def _settings(given: argparse.Namespace, run: dict[str, Any], there: Path) -> Settings:
    """Those of the run, with a report of its own.

    Raises:
        ConfigError: the run was at an address, which may be somebody else's by now.
    """
    if run.get("target") == "url":
        raise ConfigError(
            "a run at a URL cannot be replayed; run 'boxproof run --url URL --failed'"
        )
    return Settings(
        config_file=given.config,
        target=run.get("target", "auto"),
        seed=run.get("seed"),
        report_folder=there,
        max_examples=run.get("max_examples"),
        cycles=run.get("cycles", 1),
        selection=f"replay of {given.clause}",
        trust_compose=given.trust_compose,
        full=True,
    )


def _told(verdicts: Counter[Verdict], tries: int, *, same: bool) -> tuple[str, ExitCode]:
    """What came of the tries, in a few words, and the exit code."""
    broken = verdicts[Verdict.BROKEN] + verdicts[Verdict.WAIVED]
    if broken:
        return f"still broken, in {broken} of {_tries(tries)}", ExitCode.BROKEN
    if verdicts[Verdict.KEPT] < tries:
        others = ", ".join(f"{number} {each}" for each, number in verdicts.items() if number)
        return f"could not be judged in {_tries(tries)}: {others}", ExitCode.PARTIAL
    if same:
        return f"not seen in {_tries(tries)}, on the same image", ExitCode.PARTIAL
    return f"kept now, in {_tries(tries)}", ExitCode.CLEAN


def _tries(number: int) -> str:
    return "1 try" if number == 1 else f"{number} tries"
