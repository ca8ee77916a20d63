"""The ``boxproof`` command."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from boxproof import config, doctor, runner
from boxproof.clauses import registry
from boxproof.composefile.rendering import diff, render
from boxproof.composefile.transform import transform
from boxproof.core.errors import BoxproofError, ExitCode
from boxproof.session import Settings
from boxproof.targets import choose
from boxproof.targets import run_lock as ownership
from boxproof.targets.abilities import phrase
from boxproof.targets.compose import engine, production


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with the usage exit code."""
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}; see '{self.prog} --help'\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; expected errors are one line on standard error and an exit code."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except BoxproofError as error:
        print(f"boxproof: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away; nothing is left to say to it.
        sys.stderr.close()
        return ExitCode.CLEAN


def _parser() -> Parser:
    parser = Parser(prog="boxproof", description="Judge the image of an AI service over real HTTP.")
    parser.add_argument(
        "--version", action="version", version=f"boxproof {metadata.version('boxproof')}"
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("boxproof.toml"),
        metavar="FILE",
        help="what to judge (default: %(default)s)",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    _run_options(commands.add_parser("run", help="boot the service and judge every clause"))
    listing = commands.add_parser("list", help="list the clauses and what each promises")
    listing.add_argument(
        "--family", action="append", choices=registry.FAMILIES, help="only this family"
    )
    listing.set_defaults(command=_list)
    shown = commands.add_parser("compose", help="show the test compose file")
    shown.add_argument(
        "--diff", action="store_true", help="as a difference from the production file"
    )
    _trust_option(shown)
    shown.set_defaults(command=_compose)
    clean = commands.add_parser("clean", help="remove what dead runs left behind")
    clean.add_argument("--images", action="store_true", help="the images that runs have built, too")
    clean.set_defaults(command=_clean)
    doctor_parser = commands.add_parser(
        "doctor", help="say what this machine lacks, and how to mend it"
    )
    doctor_parser.set_defaults(command=_doctor)
    return parser


def _run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-k", dest="expression", default="", metavar="WORDS", help="only clauses whose id matches"
    )
    parser.add_argument(
        "--family", action="append", choices=registry.FAMILIES, help="only this family (repeatable)"
    )
    parser.add_argument(
        "--target",
        choices=choose.NAMES,
        default="auto",
        help="where to run it (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=_natural, metavar="N", help="repeat what a run with this seed drew"
    )
    parser.add_argument(
        "--max-examples", type=_natural, metavar="N", help="cases for each operation in the fuzzing"
    )
    parser.add_argument(
        "--cycles",
        type=_positive,
        default=1,
        metavar="N",
        help="repeat the kill of persistence.survives-kill, under load (default: 1)",
    )
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where the reports go (default: report/)"
    )
    parser.add_argument(
        "--require-complete",
        action="store_true",
        help="exit with 4 when a MUST clause could not be judged here (for CI)",
    )
    _trust_option(parser)
    parser.set_defaults(command=_run)


def _trust_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust-compose",
        action="store_true",
        help="let the compose file hand containers the host: privileged, devices, the engine's"
        " socket, the host's namespaces",
    )


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def _positive(text: str) -> int:
    if _natural(text) == 0:
        raise argparse.ArgumentTypeError("'0' is not a whole number from 1 up")
    return int(text)


def _run(given: argparse.Namespace) -> int:
    chosen = [*(given.family or []), *([f"-k {given.expression!r}"] if given.expression else [])]
    settings = Settings(
        config_file=given.config,
        target=given.target,
        seed=given.seed,
        report_folder=given.report,
        require_complete=given.require_complete,
        max_examples=given.max_examples,
        selection=", ".join(chosen),
        cycles=given.cycles,
        trust_compose=given.trust_compose,
    )
    return runner.run(settings, Console(), families=given.family or (), expression=given.expression)


def _list(given: argparse.Namespace) -> int:
    console = Console()
    for clause in registry.every():
        if given.family is None or clause.family in given.family:
            needs = ", ".join(phrase(each) for each in clause.needs)
            told = f"  (the target must {needs})" if needs else ""
            console.print(f"[bold]{clause.id}[/]{told}", highlight=False, soft_wrap=True)
            console.print(f"    {clause.sentence}", highlight=False, soft_wrap=True)
    return ExitCode.CLEAN


def _compose(given: argparse.Namespace) -> int:
    loaded = config.load(given.config)
    where = engine.check()
    document = production.resolve(loaded)
    plan = production.plan_for(
        loaded, document, "boxproof-run", {}, where, trusted=given.trust_compose
    )
    test = transform(document, loaded, plan)
    file = loaded.service.compose_file
    sys.stdout.write(diff(document, test, file) if given.diff else render(test, file))
    return ExitCode.CLEAN


def _clean(given: argparse.Namespace) -> int:
    removed = ownership.clean(images=given.images)
    for line in removed:
        print(f"removed {line}")
    if not removed:
        print("nothing was left behind")
    return ExitCode.CLEAN


def _doctor(given: argparse.Namespace) -> int:
    return doctor.examine(given.config, Console())
