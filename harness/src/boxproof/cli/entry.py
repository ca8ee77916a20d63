"""The parser of the command, and what becomes of errors."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Protocol

from boxproof.cli import (
    clean_command,
    completion_command,
    compose_command,
    doctor_command,
    export_command,
    init_command,
    list_command,
    load_command,
    migrate_command,
    replay_command,
    report_command,
    run_command,
    soak_command,
    waive_command,
)
from boxproof.cli.parsing import Commands, Parser, Plain
from boxproof.core import signals
from boxproof.core.errors import BoxproofError, ExitCode

EXAMPLES = """\
examples:
  boxproof doctor                    what this machine lacks for a full verdict
  boxproof init                      write a boxproof.toml for a service
  boxproof run                       judge the service of boxproof.toml
  boxproof COMMAND --help            options, defaults and examples of a command
"""


class Command(Protocol):
    """A module of this package that holds one command."""

    __name__: str

    @property
    def add(self) -> Callable[[Commands], Parser]:
        """Declares the command's parser."""

    @property
    def run(self) -> Callable[[argparse.Namespace], int]:
        """Does it; returns the exit code."""


#: In the order in which ``--help`` shows them.
COMMANDS: tuple[Command, ...] = (
    init_command,
    run_command,
    load_command,
    soak_command,
    report_command,
    replay_command,
    waive_command,
    list_command,
    compose_command,
    export_command,
    clean_command,
    doctor_command,
    migrate_command,
    completion_command,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; expected errors are one line on standard error and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a service sent may hold a character that standard output has no code for.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with signals.as_interrupt():
            given, unknown = parser().parse_known_args(arguments)
            if unknown:
                given.parser.refuse(unknown)
            run: Callable[[argparse.Namespace], int] = given.run
            return run(given)
    except BoxproofError as error:
        print(f"boxproof: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away; nothing is left to say to it.
        sys.stderr.close()
        return ExitCode.CLEAN


def parser() -> Parser:
    """The parser of the command, with those of all commands."""
    made = Parser(
        prog="boxproof",
        description="Judge the image of an AI service over real HTTP.",
        epilog=EXAMPLES,
        formatter_class=Plain,
    )
    made.add_argument(
        "--version", action="version", version=f"boxproof {metadata.version('boxproof')}"
    )
    made.add_argument(
        "--config",
        type=Path,
        default=Path("boxproof.toml"),
        metavar="FILE",
        help="what to judge (default: %(default)s)",
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for each in COMMANDS:
        command = each.add(commands)
        command.set_defaults(run=each.run, parser=command, whole=made)
        # Taken behind the command, too; the help of the whole shows it once.
        command.add_argument(
            "--config", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )
    return made
