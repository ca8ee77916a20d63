"""``boxproof soak``: load for as long as one likes, and what it leaves behind."""

import argparse
import shlex
import sys
from dataclasses import replace

from rich.console import Console

from boxproof import runner
from boxproof.cli.load_command import add_place
from boxproof.cli.parsing import Commands, Parser, Plain, natural, positive
from boxproof.cli.run_command import site_of
from boxproof.config.options import Config
from boxproof.session import Settings

FAMILY = "soak"
EPILOG = """\
examples:
  boxproof soak                       30 minutes, at half of what it can do
  boxproof soak --minutes 600         over night
  boxproof soak --users 20            at 20 requests a second
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "soak",
        help="look for leaks and losses under a long load",
        description="Boot the service, keep users asking (with Locust) for half of what it can\n"
        "do, with faults from time to time, and judge what it leaves behind: memory,\n"
        "descriptors, threads, and whether every acknowledged record is there.",
        epilog=EPILOG,
        formatter_class=Plain,
        usage="%(prog)s [options]",
    )
    parser.add_argument(
        "--minutes", type=positive, metavar="N", help="how long (default: [load]'s)"
    )
    parser.add_argument(
        "--users",
        type=positive,
        metavar="N",
        help="how many users (default: [load]'s, or half the knee's)",
    )
    parser.add_argument(
        "--seed",
        type=natural,
        metavar="N",
        help="draw the same faults again (default: a new seed)",
    )
    add_place(parser)
    return parser


def run(given: argparse.Namespace) -> int:
    """Soak it and judge it."""

    def changed(config: Config) -> Config:
        load = config.load
        if given.minutes is not None:
            load = replace(load, soak_minutes=float(given.minutes))
        if given.users is not None:
            load = replace(load, soak_users=given.users)
        # Its users ask at an even pace, which those of a locustfile do not.
        return replace(config, load=replace(load, locustfile=None))

    settings = Settings(
        config_file=given.config,
        target=given.target,
        seed=given.seed,
        report_folder=given.report,
        require_complete=given.require_complete,
        selection=FAMILY,
        trust_compose=given.trust_compose,
        site=site_of(given),
        families=(FAMILY,),
        changed=changed,
        again=shlex.join(["boxproof", *sys.argv[1:]]),
    )
    return runner.run(settings, Console(), families=(FAMILY,))
