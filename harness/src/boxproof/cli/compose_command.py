"""``boxproof compose``: the test compose file."""

import argparse
import sys

from boxproof import config
from boxproof.cli.parsing import Commands, Parser, Plain, add_trust
from boxproof.composefile.rendering import diff, render
from boxproof.composefile.transform import transform
from boxproof.core.errors import ExitCode
from boxproof.core.redaction import Redaction, redacting
from boxproof.targets.compose import engine, production
from boxproof.targets.endpoints import secrets_of

EPILOG = """\
examples:
  boxproof compose                   the whole file that docker compose is given
  boxproof compose --diff            only what a run changes
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "compose",
        help="show the test compose file",
        description="Show the compose file that a run makes of the production one.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    parser.add_argument(
        "--diff", action="store_true", help="as a difference from the production file"
    )
    add_trust(parser)
    return parser


def run(given: argparse.Namespace) -> int:
    """Print it."""
    loaded = config.load(given.config)
    where = engine.check()
    hidden = Redaction(secrets_of(loaded))
    with redacting(hidden.text):
        document = production.resolve(loaded)
        plan = production.plan_for(
            loaded, document, "boxproof-run", {}, where, trusted=given.trust_compose
        )
        test = transform(document, loaded, plan)
    document, test = hidden.of(document), hidden.of(test)
    file = loaded.service.compose_file
    sys.stdout.write(diff(document, test, file) if given.diff else render(test, file))
    return ExitCode.CLEAN
