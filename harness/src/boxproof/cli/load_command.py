"""``boxproof load``: many users at once, and the limits of ``[load]`` under them."""

import argparse
import shlex
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console

from boxproof import runner
from boxproof.cli.parsing import Commands, Parser, Plain, add_trust, positive
from boxproof.cli.run_command import site_of
from boxproof.config.load_options import BUILT_IN, STEPS
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError
from boxproof.session import Settings
from boxproof.targets import choose

FAMILY = "load"
WEB_PORT = 8089
EPILOG = f"""\
profiles, beside those of boxproof.toml: {", ".join(BUILT_IN)}
examples:
  boxproof load                               the profile of [load], or normal
  boxproof load --profile steps               up to the knee and beyond it
  boxproof load --users 20 --seconds 30       fewer, for a shorter time
  boxproof load --locustfile load/users.py    users of your own
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "load",
        help="put the service under load and judge its limits",
        description="Boot the service, have many users ask at once (with Locust), print what they\n"
        "saw, and judge the limits of [load]. It is measured alone on the engine.",
        epilog=EPILOG,
        formatter_class=Plain,
        usage="%(prog)s [options]",
    )
    parser.add_argument("--profile", metavar="NAME", help="which profile (default: [load]'s)")
    parser.add_argument(
        "--users", type=positive, metavar="N", help="how many users (default: the profile's)"
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        metavar="N",
        help="how long a phase is measured (default: the profile's)",
    )
    parser.add_argument(
        "--processes",
        type=positive,
        metavar="N",
        help="processes of Locust that make the load (default: [load]'s)",
    )
    parser.add_argument(
        "--locustfile", type=Path, metavar="FILE", help="users of your own (default: [load]'s)"
    )
    parser.add_argument(
        "--web",
        nargs="?",
        type=positive,
        const=WEB_PORT,
        metavar="PORT",
        help=f"show Locust's web page meanwhile (default: no; port {WEB_PORT})",
    )
    add_place(parser)
    return parser


def add_place(parser: Parser) -> None:
    """Declare where the service runs, and where the reports go."""
    parser.add_argument(
        "--target",
        choices=choose.NAMES,
        default="auto",
        metavar="NAME",
        help="where to run it (default: %(default)s)",
    )
    parser.add_argument(
        "--url", metavar="URL", help="of a service that runs already (default: it is booted)"
    )
    parser.add_argument(
        "--allow-writes", action="store_true", help="to --url, send work and records, too"
    )
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where the reports go (default: report/)"
    )
    parser.add_argument(
        "--require-complete",
        action="store_true",
        help="exit with 4, not 0, where a MUST was not judged",
    )
    add_trust(parser)


def run(given: argparse.Namespace) -> int:
    """Put it under load and judge it."""
    settings = Settings(
        config_file=given.config,
        target=given.target,
        report_folder=given.report,
        require_complete=given.require_complete,
        selection=FAMILY,
        trust_compose=given.trust_compose,
        site=site_of(given),
        families=(FAMILY,),
        changed=partial(_changed, given=given),
        web_port=given.web,
        again=shlex.join(["boxproof", *sys.argv[1:]]),
    )
    return runner.run(settings, Console(), families=(FAMILY,))


def _changed(config: Config, given: argparse.Namespace) -> Config:
    """What is configured with what the command line says.

    Raises:
        ConfigError: there is no such profile or locustfile, or it cannot be put under that load.
    """
    load = replace(config.load, profile=given.profile or config.load.profile)
    if given.processes is not None:
        load = replace(load, processes=given.processes)
    if given.locustfile is not None:
        if not given.locustfile.is_file():
            raise ConfigError(f"--locustfile: {str(given.locustfile)!r}: no such file")
        load = replace(load, locustfile=given.locustfile.resolve())
    profile = load.chosen
    if given.users is not None:
        profile = replace(profile, users=given.users)
    if given.seconds is not None:
        profile = replace(profile, seconds=float(given.seconds))
    if load.locustfile is not None and profile.shape == STEPS:
        raise ConfigError(
            f"profile {load.profile!r}: its users ask at an even pace, which those of a locustfile "
            "do not; choose another profile"
        )
    if load.locustfile is not None and given.url is not None:
        raise ConfigError(
            "--url: the users of a locustfile are not held to what [url] allows; leave out --url "
            "or the locustfile"
        )
    return replace(config, load=load.with_chosen(profile))
