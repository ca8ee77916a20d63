"""How arguments are read: one line for what is wrong, and what several commands share."""

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

from boxproof.core.errors import ExitCode
from boxproof.core.shards import Shard
from boxproof.core.suggestions import did_you_mean
from boxproof.journal.writer import NAME


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with the usage exit code."""
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}; see '{self.prog} --help'\n")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """End as :meth:`error` does for arguments that no option takes."""
        name = unknown[0].partition("=")[0]
        meant = did_you_mean(name, self._option_string_actions)
        self.error(f"unrecognized arguments: {' '.join(unknown)}{meant}")


#: What a command's module adds its parser to.
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
#: Keeps the lines of the examples as they were written.
Plain = argparse.RawDescriptionHelpFormatter


def add_trust(parser: Parser) -> None:
    """Declare the option of every command that reads the production compose file."""
    parser.add_argument(
        "--trust-compose",
        action="store_true",
        help="let the compose file hand containers the host",
    )


def add_journal(parser: Parser) -> None:
    """Declare the argument of every command that reads the journal of a run that has ended."""
    parser.add_argument(
        "place",
        nargs="?",
        type=Path,
        metavar="DIR|FILE",
        help="the journal, or its folder (default: report/ beside boxproof.toml)",
    )


def journal_of(given: argparse.Namespace) -> Path:
    """The journal that is meant; by default that of the last run."""
    if given.place is None:
        return Path(given.config.parent / "report" / NAME)
    return journal_at(given.place)


def journal_at(place: Path) -> Path:
    """The journal at a place: of a folder the one in it."""
    return place / NAME if place.is_dir() else place


def natural(text: str) -> int:
    """A whole number from 0 up."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1 up."""
    if natural(text) == 0:
        raise argparse.ArgumentTypeError("'0' is not a whole number from 1 up")
    return int(text)


def shard(text: str) -> Shard:
    """One of several parts of a run, such as ``2/4``."""
    try:
        return Shard.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def wrapped(name: str, words: Sequence[str]) -> str:
    """A name and words after it, on as many lines as a screen of 80 columns needs."""
    return textwrap.fill(f"{name} {' '.join(words)}", 79, subsequent_indent=" " * (len(name) + 1))
