"""``boxproof completion``: a script that completes its commands and options in a shell."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

from boxproof.cli.parsing import Commands, Parser, Plain
from boxproof.core.errors import ExitCode

EPILOG = """\
examples:
  boxproof completion bash > ~/.local/share/bash-completion/completions/boxproof
  boxproof completion zsh > ~/.zfunc/_boxproof          with ~/.zfunc in $fpath
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "completion",
        help="write a script for completion in a shell",
        description="Write a script to standard output by which a shell completes boxproof.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS, help="the shell to write it for")
    return parser


def run(given: argparse.Namespace) -> int:
    """Write it."""
    for action in _actions(given.whole):
        if action.type is Path:
            # Which the library reads, and the class does not declare.
            vars(action)["complete"] = shtab.FILE
    print(shtab.complete(given.whole, given.shell))
    return ExitCode.CLEAN


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments of a parser and of all below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)
