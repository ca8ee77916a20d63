"""``boxproof migrate``: rewrite a boxproof.toml of an older contract."""

import argparse
import sys
from pathlib import Path

from boxproof.cli.parsing import Commands, Parser, Plain
from boxproof.config.loading import read_text
from boxproof.config.migration import migrated
from boxproof.config.options import CONTRACT
from boxproof.core.errors import ConfigError, ExitCode

EPILOG = """\
Comments stay. The file as it was is kept beside it, with .bak after its name;
one that is there already is never overwritten. Run again, it changes nothing.

examples:
  boxproof migrate
  boxproof --config api/boxproof.toml migrate --check
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "migrate",
        help="rewrite a boxproof.toml of an older contract",
        description=f"Rewrite the file that --config names for contract {CONTRACT}.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if something would change"
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Rewrite the file and say what changed."""
    file: Path = given.config
    text = read_text(file)
    try:
        new = migrated(text)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None
    for change in new.changes:
        print(f"{file}: {change}")
    if not new.changes:
        print(f"{file}: nothing to change")
        return ExitCode.CLEAN
    if given.check:
        return ExitCode.BROKEN
    backup = file.with_name(f"{file.name}.bak")
    try:
        with backup.open("x", encoding="utf-8") as kept:
            kept.write(text)
        file.write_text(new.text, encoding="utf-8")
    except FileExistsError:
        raise ConfigError(
            f"{backup}: exists already and is not overwritten; move it away"
        ) from None
    except OSError as error:
        raise ConfigError(f"{error.filename}: cannot be written: {error.strerror}") from None
    print(f"{file}: rewritten; the older file is {backup}", file=sys.stderr)
    return ExitCode.CLEAN
