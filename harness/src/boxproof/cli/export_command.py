"""``boxproof export``: a first test for another tool."""

import argparse
import sys
from pathlib import Path

from boxproof import config
from boxproof.cli.parsing import Commands, Parser, Plain
from boxproof.config.document_file import read_document
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.discovery.api_document import ApiDocument, operations
from boxproof.exports import curl_script, locustfile, postman, pytest_module
from boxproof.exports.first_steps import plan

FORMATS = {
    "curl": curl_script.render,
    "locust": locustfile.render,
    "postman": postman.render,
    "pytest": pytest_module.render,
}
EPILOG = """\
formats:
  curl      a shell script of the smoke test
  pytest    a module of tests
  locust    a first locustfile
  postman   a collection with tests, which Newman runs too

The requests are those of boxproof.toml and, where [schema] committed names an
OpenAPI document, one of each operation. No credential is written: an export
takes it from the variable that boxproof.toml names.

examples:
  boxproof export curl | bash
  boxproof export postman --output collection.json
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "export",
        help="write a first test for another tool",
        description="Write a first test of the service for another tool.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument("format", choices=tuple(FORMATS), metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="where it goes (default: standard output)"
    )
    return parser


def run(given: argparse.Namespace) -> int:
    """Write it."""
    loaded = config.load(given.config)
    text = FORMATS[given.format](plan(loaded, _document(loaded)))
    if given.output is None:
        sys.stdout.write(text)
        return ExitCode.CLEAN
    try:
        given.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{given.output}: cannot be written: {error.strerror}") from None
    return ExitCode.CLEAN


def _document(loaded: Config) -> ApiDocument | None:
    """The committed document; None where ``boxproof.toml`` names none."""
    if loaded.schema is None or not loaded.schema.committed:
        return None
    file = loaded.root / loaded.schema.committed
    try:
        content = read_document(file)
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from None
    return ApiDocument(loaded.schema.path, content, tuple(operations(content)))
