"""What is to be described, and what files tell of it before anything is booted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Credential, Health, Process, Service
from boxproof.core.errors import ConfigError, EngineError
from boxproof.discovery import compose_facts, health_search
from boxproof.discovery.compose_facts import ComposeFacts
from boxproof.discovery.draft import Draft, Found, note
from boxproof.targets.choose import Choice
from boxproof.targets.compose import engine, production
from boxproof.targets.url import Site

PORT, DATA = "{port}", "{data}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be described.

    Attributes:
        file: the ``boxproof.toml`` that is to be written.
        compose_file: empty where the usual names are looked for.
        service, port: of the compose file; empty and 0 where that must tell.
        command: the server's command line, in place of a container.
        site: where it runs already, in place of both.
        credential: what lets requests in, if they need it.
    """

    file: Path
    compose_file: str = ""
    service: str = ""
    port: int = 0
    command: tuple[str, ...] = ()
    site: Site | None = None
    credential: Credential | None = None
    trust_compose: bool = False

    @property
    def root(self) -> Path:
        """The folder that paths start from."""
        return self.file.resolve().parent

    @property
    def writes(self) -> bool:
        """Whether it may be sent more than what only reads."""
        return self.site is None or self.site.writes


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known before the first boot.

    Attributes:
        facts: what the compose file says; None without one.
    """

    draft: Draft
    choice: Choice
    facts: ComposeFacts | None = field(default=None)

    @property
    def health_path(self) -> str:
        """What the container's own health check asks for; empty where it does not say."""
        return "" if self.facts is None else self.facts.health_path


def begin(wanted: Wanted) -> Begun:
    """Read what there is to read, and choose where the service is booted.

    Raises:
        ConfigError: the files do not tell what to boot.
        EngineError: there is no engine to boot it with.
    """
    if wanted.site is not None:
        name = urlsplit(wanted.site.url).hostname or "service"
        return Begun(_draft(wanted, Service(name=name)), Choice("url", site=wanted.site))
    if wanted.command:
        return _of_command(wanted)
    file = _compose_file(wanted)
    try:
        found = engine.check()
    except EngineError as error:
        raise EngineError(
            f"{error}; without one, --command or --url says what to describe"
        ) from None
    bare = _draft(wanted, Service(name=wanted.service, compose_file=file))
    document = production.resolve(bare.config)
    told = compose_facts.facts(document, file, wanted.service, wanted.port)
    draft = bare.having(told.notes, service=told.service)
    return Begun(draft, Choice("compose", engine=found), told)


def _draft(wanted: Wanted, service: Service) -> Draft:
    # Until its own health path is known, whatever it says shows that it answers.
    health = Health(path="/", status=health_search.ANY)
    work = ValidRequest(path="/", method="GET")
    config = Config(wanted.root, service, work, file=wanted.file, health=health)
    if wanted.credential is None:
        return Draft(config)
    told = {"credential.variable": note(Found.READ, "--credential")}
    return Draft(config).having(told, credential=wanted.credential)


def _of_command(wanted: Wanted) -> Begun:
    """A server that is run as a local process; of a compose file beside it only names are taken."""
    command = wanted.command
    told = {} if any(PORT in each for each in command) else {"PORT": PORT}
    process = Process(command, {**told, "DATA": DATA})
    notes = {
        "process.command": note(Found.READ, "--command"),
        "process.environment": note(Found.GUESSED, "many servers read these variables"),
    }
    facts = None
    service = Service(name=wanted.service or wanted.root.name or "service", port=wanted.port)
    try:
        file = _compose_file(wanted)
        document = yaml.safe_load((wanted.root / file).read_text(encoding="utf-8"))
        facts = compose_facts.facts(_long(document), file, wanted.service, wanted.port)
    except (ConfigError, OSError, yaml.YAMLError):
        if wanted.compose_file or wanted.service:
            raise
        notes["service.name"] = note(Found.GUESSED, "the folder's name; no compose file says it")
    else:
        service, notes = facts.service, {**notes, **facts.notes}
    draft = _draft(wanted, service).having(notes, process=process)
    return Begun(draft, Choice("process"), facts)


def _long(document: Any) -> Mapping[str, Any]:
    """A compose file that nobody resolved, in the long forms that Compose makes of short ones."""
    services = document.get("services") if isinstance(document, Mapping) else None
    made = {}
    for name, each in services.items() if isinstance(services, Mapping) else ():
        described = dict(each) if isinstance(each, Mapping) else {}
        if isinstance(described.get("build"), str):
            described["build"] = {"context": described["build"]}
        described["ports"] = [*filter(None, map(_long_port, described.get("ports") or ()))]
        described["volumes"] = [*filter(None, map(_long_volume, described.get("volumes") or ()))]
        made[str(name)] = described
    return {"services": made}


def _long_port(port: Any) -> Mapping[str, Any] | None:
    if isinstance(port, Mapping):
        return port
    target = str(port).rpartition(":")[2].partition("/")[0]
    return {"target": int(target)} if target.isdecimal() else None


def _long_volume(volume: Any) -> Mapping[str, Any] | None:
    if isinstance(volume, Mapping):
        return volume
    source, _, rest = str(volume).partition(":")
    target, _, mode = rest.partition(":")
    kind = "bind" if source.startswith((".", "/", "~")) else "volume"
    return (
        {"type": kind, "target": target, "read_only": "ro" in mode.split(",")} if target else None
    )


def _compose_file(wanted: Wanted) -> str:
    if wanted.compose_file:
        return wanted.compose_file
    found = [name for name in production.DEFAULT_NAMES if (wanted.root / name).is_file()]
    if not found:
        raise ConfigError(
            f"{wanted.root}: holds no {production.DEFAULT_NAMES[0]}; "
            "--compose FILE names one, --command or --url says what else to describe"
        )
    return found[0]
