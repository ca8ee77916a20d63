"""``boxproof init``: write a ``boxproof.toml`` for a service that nobody has described yet."""

import argparse
import os
import shlex
from pathlib import Path

from boxproof.cli.parsing import Commands, Parser, Plain, add_trust, positive
from boxproof.config.consistency import can_be_named
from boxproof.config.options import CREDENTIAL_SCHEMES, Credential
from boxproof.core import signals
from boxproof.core.cancellation import Cancellation
from boxproof.core.errors import BootFailed, ConfigError, ExitCode
from boxproof.discovery import toml_file
from boxproof.discovery.beginning import Wanted
from boxproof.discovery.discover import discover
from boxproof.discovery.draft import Draft
from boxproof.session import tail
from boxproof.targets.url import Site

EPILOG = """\
The service is booted once, and every operation that it is found to have may be
sent, but for those that sound harmful: point it at nothing real. Behind what
was found stands how it is known. A file that is there is left as it is.

examples:
  boxproof init                                  what docker-compose.yml says
  boxproof init --service api --port 8000        where the file leaves it open
  boxproof init --command 'uvicorn app:app --port {port}'    without an engine
  boxproof init --url https://staging.example.org            by what only reads
  boxproof init --credential header:X-API-Key=API_KEY   with the key in $API_KEY
"""


def add(commands: Commands) -> Parser:
    """Declare the parser."""
    parser = commands.add_parser(
        "init",
        help="describe a service: write its boxproof.toml",
        description="Boot a service once and write the boxproof.toml that describes it.",
        epilog=EPILOG,
        formatter_class=Plain,
        usage="%(prog)s [options]",
    )
    parser.add_argument(
        "--compose", default="", metavar="FILE", help="the compose file (default: the usual names)"
    )
    parser.add_argument(
        "--service", default="", metavar="NAME", help="the service in it (default: the built one)"
    )
    parser.add_argument(
        "--port",
        type=positive,
        default=0,
        metavar="N",
        help="where it listens inside (default: the file's)",
    )
    parser.add_argument(
        "--command",
        default="",
        metavar="LINE",
        help="run this with {port} and {data} filled in (default: the image)",
    )
    parser.add_argument(
        "--url", metavar="URL", help="describe what runs already there (default: it is booted)"
    )
    parser.add_argument(
        "--credential",
        default="",
        metavar="SCHEME=VARIABLE",
        help="what lets requests in, and the environment variable that holds it: bearer, "
        "basic:USER, header:NAME, cookie:NAME or query:NAME (default: none)",
    )
    parser.add_argument(
        "--allow-writes",
        action="store_true",
        help="with --url, send requests that write, too; what they make stays",
    )
    add_trust(parser)
    return parser


def run(given: argparse.Namespace) -> int:
    """Describe it, and say what to look at."""
    file: Path = given.config
    toml_file.check_new(file)
    if given.url is not None and given.command:
        raise ConfigError("--command and --url exclude each other")
    if given.allow_writes and given.url is None:
        raise ConfigError("--allow-writes goes with --url URL")
    wanted = Wanted(
        file,
        given.compose,
        given.service,
        given.port,
        _split(given.command),
        None if given.url is None else Site(given.url, given.allow_writes),
        _credential(given.credential),
        given.trust_compose,
    )
    cancellation = Cancellation()
    with signals.as_interrupt(cancellation.cancel), cancellation.governing():
        try:
            draft = discover(wanted, _say)
        except BootFailed as error:
            for line in tail(error.log):
                print(f"  {line}")
            raise
    toml_file.write(draft, file)
    where = " --target process" if wanted.command else ""
    _tell(draft, file, where if given.url is None else f" --url {shlex.quote(given.url)}")
    return ExitCode.CLEAN


def _credential(given: str) -> Credential | None:
    """What ``--credential`` names, seen before anything is booted; what was given may be the secret
    itself, and is not printed.
    """
    if not given:
        return None
    told, _, variable = given.rpartition("=")
    scheme, _, name = told.partition(":")
    if scheme not in CREDENTIAL_SCHEMES or bool(name) != (scheme != "bearer"):
        raise ConfigError(
            "--credential: takes bearer=VARIABLE, basic:USER=VARIABLE, or header, cookie or query "
            "as in header:X-API-Key=VARIABLE"
        )
    if not os.environ.get(variable):
        raise ConfigError("--credential: the environment variable that it names is not set")
    if scheme == "basic":
        made = Credential(scheme, user=name, variable=variable)
    else:
        made = Credential(scheme, name, variable=variable)
    if ":" in made.user or not can_be_named(made):
        raise ConfigError(f"--credential: a {scheme} cannot be sent under the name that it gives")
    return made


def _split(line: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(line))
    except ValueError as error:
        raise ConfigError(f"--command: {line!r} is not a command line: {error}") from None


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _tell(draft: Draft, file: Path, where: str) -> None:
    """What was found, what is unsure, and the next step; ``where`` says on which target."""
    config = draft.config
    work = config.work
    print(f"  ready:   GET {config.health.path}")
    print(f"  work:    {work.method} {work.path}")
    for name, kind in config.records.items():
        parts = [key for key in ("read", "list") if getattr(kind, key) is not None]
        print(f"  records: {name} ({', '.join(['created', *parts])})")
    print(f"{file}: written")
    for key in draft.guessed:
        print(f"  look at {key}: {draft.notes[key].partition(': ')[2]}")
    for clause, why in config.declined.items():
        print(f"  look at declined.{clause}: {why}")
    option = "" if file == Path("boxproof.toml") else f" --config {shlex.quote(str(file))}"
    print(f"next: boxproof{option} run{where}")
