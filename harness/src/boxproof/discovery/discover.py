"""From nothing but a compose file, a command or a URL to the draft of a ``boxproof.toml``."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Health, Schema, Welcome
from boxproof.core import signals
from boxproof.core.breaches import NoAnswer, NotJudged, UnusableAnswer
from boxproof.core.errors import BootFailed
from boxproof.discovery import (
    api_document,
    generation_search,
    health_search,
    listed_examples,
    record_search,
    server_facts,
    source_paths,
    work_search,
)
from boxproof.discovery.api_document import ApiDocument
from boxproof.discovery.beginning import Begun, Wanted, begin
from boxproof.discovery.draft import Draft, Found, note
from boxproof.journal import Journal
from boxproof.journal.entries import Recorded, Requested
from boxproof.probes.client import Client
from boxproof.targets import choose
from boxproof.targets.abilities import ReadsLogs
from boxproof.targets.base import Deployment, Variant
from boxproof.targets.choose import Choice
from boxproof.targets.engine_lock import EngineLock
from boxproof.targets.run_lock import Run, sweep

Say = Callable[[str], None]

#: Another than that of a run, so that nothing is shown of it in the folder of ``boxproof.toml``.
VARIANT = Variant(label="for a first look")


def discover(wanted: Wanted, say: Say) -> Draft:
    """Find out what a service is.

    Raises:
        ConfigError: it cannot be told what to boot.
        EngineError: there is no engine to boot it with.
        BootFailed: it did not answer.
    """
    begun = begin(wanted)
    draft = begun.draft
    booted = _booted(draft.config, begun.choice, say, trusted=wanted.trust_compose)
    with booted as (deployment, client):
        say("looking for its health path and its OpenAPI document…")
        limit_seconds = draft.config.limits.boot_seconds
        health, notes = health_search.find(client, begun.health_path, limit_seconds)
        draft = draft.having(notes, health=health)
        document = api_document.find(client)
        if document is not None:
            why = note(Found.TRIED, f"describes {_counted(len(document.operations))}")
            draft = draft.having({"schema.path": why}, schema=Schema(path=document.path))
            if not begun.health_path:
                draft = _with_described_health(client, draft, document)
        draft = _with_welcome(client, draft)
        say("trying what may be its work…")
        if document is None and wanted.site is None:
            document = source_paths.read(wanted.root)
        if document is not None and wanted.site is None:
            # What a boot of its own lists is the image's; at an address it may be somebody's.
            document = listed_examples.added(client, document)
        try:
            draft = _with_work(client, draft, document, writes=wanted.writes)
        except work_search.Ended as ended:
            raise BootFailed(
                f"the service does not answer any more since it was sent {ended}",
                log=_log(deployment),
            ) from None
        return _with_server(deployment, draft, begun)


@contextmanager
def _booted(
    config: Config, choice: Choice, say: Say, *, trusted: bool
) -> Iterator[tuple[Deployment, Client]]:
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
            yield deployment, Client(lambda: deployment.endpoint, journal)
    finally:
        with signals.held("removing what was booted"):
            if target is not None:
                target.close()
            run.close()
            journal.close()


def _counted(operations: int) -> str:
    return "1 operation" if operations == 1 else f"{operations} operations"


def _with_described_health(client: Client, draft: Draft, document: ApiDocument) -> Draft:
    """With the best of the health paths that the document names; with the document's own where
    nothing else returns 2xx.
    """
    places = health_search.described(document)
    health, notes = health_search.find(client, "", 0.0, places)
    if health.path in places:
        return draft.having(notes, health=health)
    if any(200 <= each < 300 for each in draft.config.health.request.statuses):
        return draft
    why = "none of the usual paths returned 2xx, its OpenAPI document did; name the right one"
    health = Health(path=document.path)
    return draft.having({"health.path": note(Found.GUESSED, why)}, health=health)


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
    """With the work, what it promises of texts, and records where some are kept."""
    statuses: Counter[int | None] = Counter()
    client.journal.listen(partial(_count, statuses))
    tried = work_search.successes(client, document, writes=writes)
    config = draft.config
    known = {config.health.path, "/", *([config.schema.path] if config.schema else [])}
    tried = [each for each in tried if each.request.path not in known]
    chosen = work_search.heaviest(tried)
    refused = statuses[401] + statuses[403]
    if chosen is None:
        why = "no request was found that makes it work; name one here"
        if refused:
            why = f"{refused} requests returned 401 or 403; --credential says what lets them in"
        work = ValidRequest(path=config.health.path, method="GET", status=config.health.status)
        return draft.having({"work.path": note(Found.GUESSED, why)}, work=work)
    described = work_search.describe(client, chosen, document)
    notes = {f"work.{key}": value for key, value in described.notes.items()}
    draft = draft.having(notes, work=described.request, declined=described.declined)
    texts = generation_search.find(client, described.request)
    if texts is not None:
        draft = draft.having(texts.notes, generation=texts.generation, streaming=texts.streaming)
    if document is None or not writes:
        return draft
    return _with_records(client, draft, chosen, tried, document)


def _count(statuses: "Counter[int | None]", recorded: Recorded) -> None:
    if isinstance(recorded.entry, Requested):
        statuses[recorded.entry.status] += 1


def _with_records(
    client: Client,
    draft: Draft,
    chosen: work_search.Tried,
    tried: list[work_search.Tried],
    document: ApiDocument,
) -> Draft:
    def makers() -> Iterator[work_search.Tried]:
        """What may make a record, the work first; another is described only when it is its turn."""
        for each in (chosen, *(each for each in tried if each is not chosen)):
            if each.request.method != "GET" and each.candidate.says_something:
                request = draft.config.work
                if each is not chosen:
                    request = work_search.describe(client, each, document).request
                yield replace(each, candidate=replace(each.candidate, request=request))

    kept = record_search.find(client, makers(), document)
    if kept is None:
        return draft
    is_work = kept.maker == draft.config.work
    kind = kept.kind if is_work else replace(kept.kind, create=kept.maker)
    notes = {f"records.{kept.name}.{key}": value for key, value in kept.notes.items()}
    return draft.having(notes, records={kept.name: kind})


def _log(deployment: Deployment) -> str:
    try:
        return deployment.ability(ReadsLogs).logs()
    except NotJudged:
        return ""


def _with_server(deployment: Deployment, draft: Draft, begun: Begun) -> Draft:
    """With its master and workers, where the compose file and the processes tell of them."""
    if begun.facts is None:
        return draft
    facts = begun.facts
    server, notes = server_facts.find(
        deployment, facts.environment, facts.service.port, read_only=facts.read_only
    )
    return draft if server is None else draft.having(notes, server=server)
