"""From nothing but a compose file, a command or a URL to the draft of a ``boxproof.toml``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Health, Process, Schema, Service, Welcome
from boxproof.core import signals
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.core.errors import ConfigError, EngineError
from boxproof.discovery import (
    api_document,
    compose_facts,
    health_search,
    record_search,
    source_paths,
    work_search,
)
from boxproof.discovery.api_document import ApiDocument
from boxproof.discovery.draft import Draft, Found, note
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.targets import choose
from boxproof.targets.base import Deployment, Variant
from boxproof.targets.choose import Choice
from boxproof.targets.compose import engine, production
from boxproof.targets.engine_lock import EngineLock
from boxproof.targets.run_lock import Run, sweep
from boxproof.targets.url import Site

Say = Callable[[str], None]

#: Another than that of a run, so that nothing is shown of it in the folder of ``boxproof.toml``.
VARIANT = Variant(label="for a first look")
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
    """

    file: Path
    compose_file: str = ""
    service: str = ""
    port: int = 0
    command: tuple[str, ...] = ()
    site: Site | None = None
    trust_compose: bool = False

    @property
    def root(self) -> Path:
        """The folder that paths start from."""
        return self.file.resolve().parent


def discover(wanted: Wanted, say: Say) -> Draft:
    """Find out what a service is.

    Raises:
        ConfigError: it cannot be told what to boot.
        EngineError: there is no engine to boot it with.
        BootFailed: it did not answer.
    """
    draft, choice, health_path = _begun(wanted)
    with _booted(draft.config, choice, say, trusted=wanted.trust_compose) as client:
        say("looking for its health path and its OpenAPI document…")
        limit_seconds = draft.config.limits.boot_seconds
        health, notes = health_search.find(client, health_path, limit_seconds)
        draft = draft.having(notes, health=health)
        document = api_document.find(client)
        if document is not None:
            why = note(Found.TRIED, f"holds {len(document.operations)} operations")
            draft = draft.having({"schema.path": why}, schema=Schema(path=document.path))
        draft = _with_welcome(client, draft)
        say("trying what may be its work…")
        if document is None and choice.site is None:
            document = source_paths.read(wanted.root)
        return _with_work(client, draft, document, writes=choice.site is None or choice.site.writes)


def _begun(wanted: Wanted) -> tuple[Draft, Choice, str]:
    """What files tell: the draft, the target that boots it, and the health path if they know it."""
    if wanted.site is not None:
        name = urlsplit(wanted.site.url).hostname or "service"
        return _draft(wanted, Service(name=name)), Choice("url", site=wanted.site), ""
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
    draft = replace(bare, config=replace(bare.config, service=told.service), notes=told.notes)
    return draft, Choice("compose", engine=found), told.health_path


def _draft(wanted: Wanted, service: Service) -> Draft:
    # Until its own health path is known, whatever it says shows that it answers.
    health = Health(path="/", status=health_search.ANY)
    work = ValidRequest(path="/", method="GET")
    return Draft(Config(wanted.root, service, work, file=wanted.file, health=health))


def _of_command(wanted: Wanted) -> tuple[Draft, Choice, str]:
    """A server that is run as a local process; of a compose file beside it only names are taken."""
    command = wanted.command
    told = {} if any(PORT in each for each in command) else {"PORT": PORT}
    process = Process(command, {**told, "DATA": DATA})
    notes = {
        "process.command": note(Found.READ, "--command"),
        "process.environment": note(Found.GUESSED, "a server often takes them so"),
    }
    service = Service(name=wanted.service or wanted.root.name or "service", port=wanted.port)
    health_path = ""
    try:
        file = _compose_file(wanted)
        document = yaml.safe_load((wanted.root / file).read_text(encoding="utf-8"))
        told_by_file = compose_facts.facts(_long(document), file, wanted.service, wanted.port)
        service, health_path = told_by_file.service, told_by_file.health_path
        notes |= told_by_file.notes
    except (ConfigError, OSError, yaml.YAMLError):
        notes["service.name"] = note(Found.GUESSED, "the folder's name; no compose file says it")
    draft = _draft(wanted, service)
    return draft.having(notes, process=process), Choice("process"), health_path


def _long(document: Any) -> Mapping[str, Any]:
    """A compose file that nobody resolved, with ports and volumes as Compose resolves them."""
    services = document.get("services") if isinstance(document, Mapping) else None
    made = {}
    for name, each in (services or {}).items():
        described = dict(each or {})
        published = map(str, described.get("ports") or ())
        ports = [each.rpartition(":")[2].partition("/")[0] for each in published]
        described["ports"] = [{"target": int(port)} for port in ports if port.isdecimal()]
        volumes = [str(volume).split(":") for volume in described.get("volumes") or ()]
        described["volumes"] = [
            {"type": "volume", "target": parts[1], "read_only": parts[2:] == ["ro"]}
            for parts in volumes
            if len(parts) > 1
        ]
        made[str(name)] = described
    return {"services": made}


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


@contextmanager
def _booted(config: Config, choice: Choice, say: Say, *, trusted: bool) -> Iterator[Client]:
    """The service for the length of a block; nothing of it is left behind."""
    journal = Journal()
    run = Run(config.root, remote=choice.remote)
    target = None
    try:
        for line in sweep():
            say(f"removed what a dead run left: {line}")
        target = choose.make(choice, config, journal, run, say, trust_compose=trusted)
        with EngineLock(target.host().id).working():
            target.prepare()
            deployment: Deployment = target.boot(Variant() if choice.site else VARIANT)
            yield Client(lambda: deployment.endpoint, journal)
    finally:
        with signals.held("removing what was booted"):
            if target is not None:
                target.close()
            run.close()
            journal.close()


def _with_welcome(client: Client, draft: Draft) -> Draft:
    """With the welcome page, where ``/`` answers 200 with JSON and is not the health path."""
    if draft.config.health.path == "/":
        return draft
    try:
        answer = client.get("/")
        answer.json()
    except (NoAnswer, UnusableAnswer):
        return draft
    if answer.status != 200:
        return draft
    why = note(Found.TRIED, "returned 200 with JSON")
    return draft.having({"welcome.path": why}, welcome=Welcome())


def _with_work(
    client: Client, draft: Draft, document: ApiDocument | None, *, writes: bool
) -> Draft:
    """With the work, and with records where some are kept."""
    tried = work_search.successes(client, document, writes=writes)
    config = draft.config
    known = {config.health.path, "/", *([config.schema.path] if config.schema else [])}
    tried = [each for each in tried if each.request.path not in known]
    chosen = work_search.heaviest(tried)
    if chosen is None:
        why = "no request was found that makes it work; name one here"
        work = ValidRequest(path=config.health.path, method="GET", status=config.health.status)
        return draft.having({"work.path": note(Found.GUESSED, why)}, work=work)
    described = work_search.describe(client, chosen, document)
    notes = {f"work.{key}": value for key, value in described.notes.items()}
    draft = draft.having(notes, work=described.request, declined=described.declined)
    if document is None or not writes:
        return draft
    return _with_records(client, draft, chosen, tried, document)


def _with_records(
    client: Client,
    draft: Draft,
    chosen: work_search.Tried,
    tried: list[work_search.Tried],
    document: ApiDocument,
) -> Draft:
    makers = []
    for each in (chosen, *(each for each in tried if each is not chosen)):
        if each.request.method != "GET":
            request = draft.config.work
            if each is not chosen:
                request = work_search.describe(client, each, document).request
            makers.append(replace(each, candidate=replace(each.candidate, request=request)))
    kept = record_search.find(client, makers, document)
    if kept is None:
        return draft
    is_work = kept.maker == draft.config.work
    kind = kept.kind if is_work else replace(kept.kind, create=kept.maker)
    notes = {f"records.{kept.name}.{key}": value for key, value in kept.notes.items()}
    return draft.having(notes, records={kept.name: kind})
