"""Requests without the credential, or with a wrong one."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.operations import Operation
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.endpoint import Credential, Endpoint, Secret
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer
from boxproof.probes.record_changes import ask_to_delete, ask_to_update
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work

#: Who nobody knows, and whom the service does not let in (RFC 9110, 15.5.2 and 15.5.4).
UNAUTHORIZED, FORBIDDEN = 401, 403


def has_credential(config: Config) -> bool:
    """Whether ``boxproof.toml`` says what lets a request in."""
    return config.credential is not None


@clause(
    "credentials.missing-refused",
    Level.MUST,
    "A request without the credential MUST be refused with 401 or 403, in the documented shape "
    "where there is one, and no list MUST show what it would have made.",
    promised=has_credential,
    effect=Effect.WRITES,
)
def missing_refused(
    work: Work, record_stores: tuple[RecordStore, ...], shapes: Shapes, config: Config
) -> None:
    _require_refused("no credential", lambda each: each, work, record_stores, shapes, config)


@clause(
    "credentials.wrong-refused",
    Level.MUST,
    "A request with a wrong credential MUST be refused with 401 or 403, in the documented shape "
    "where there is one, and no list MUST show what it would have made.",
    promised=has_credential,
    effect=Effect.WRITES,
)
def wrong_refused(
    work: Work, record_stores: tuple[RecordStore, ...], shapes: Shapes, config: Config
) -> None:
    (credential,) = work.client.endpoint().credentials
    wrong = another_value(credential)

    def with_wrong(endpoint: Endpoint) -> Endpoint:
        sent = (wrong.name, wrong.reveal())
        if wrong.in_query:
            return replace(endpoint, query=(*endpoint.query, sent))
        return replace(endpoint, headers=(*endpoint.headers, sent))

    _require_refused("a wrong credential", with_wrong, work, record_stores, shapes, config)


@clause(
    "credentials.challenge",
    Level.SHOULD,
    "An answer of 401 SHOULD say in WWW-Authenticate how to get in (RFC 9110, 11.6.1).",
    promised=has_credential,
    effect=Effect.WRITES,
)
def challenge(work: Work, record_stores: tuple[RecordStore, ...], config: Config) -> None:
    answers = _answers(lambda each: each, work, record_stores, config)
    refused = [each for _, each in answers if each.status == UNAUTHORIZED]
    for answer in refused:
        require(
            "WWW-Authenticate" in answer.headers,
            "a 401 has no WWW-Authenticate header",
            answer.evidence(),
        )
    if not refused:
        raise NotJudged("no request without the credential returned 401", Cause.UNDECIDED)


def another_value(credential: Credential) -> Credential:
    """The credential with another value of the same length, which the service cannot know."""
    length = len(credential.value.reveal())
    return replace(credential, value=Secret(secrets.token_hex(length)[:length]))


def _answers(
    changed: Callable[[Endpoint], Endpoint],
    work: Work,
    stores: tuple[RecordStore, ...],
    config: Config,
) -> list[tuple[str, Answer]]:
    """What each request that ``boxproof.toml`` describes gets, sent without its credential.

    With the text of the user's that it was sent with, where it would have made a record.

    Raises:
        NotJudged: all of them are open to all.
    """
    answers = list(_each_answer(changed, work, stores, config))
    if not answers:
        raise NotJudged(f"every request of {config.file} is open to all", Cause.UNDECIDED)
    return answers


def _each_answer(
    changed: Callable[[Endpoint], Endpoint],
    work: Work,
    stores: tuple[RecordStore, ...],
    config: Config,
) -> Iterator[tuple[str, Answer]]:
    client = Client(
        lambda: changed(replace(work.client.endpoint(), credentials=())), work.client.journal
    )
    for maker in [work, *(each.work for each in stores if each.work.valid != work.valid)]:
        if _is_closed(maker.valid, config):
            text = maker.texts.fresh() if maker.valid.text is not None else None
            yield text or "", replace(maker, client=client).send(text)
    for store in stores:
        kind, foreign = store.kind, store.through(client)
        if _is_closed(kind.read, config):
            yield "", foreign.read(store.create().key)
        if foreign.pager is not None and _is_closed(kind.list, config):
            yield "", foreign.pager.page()
        if _is_closed(kind.update, config):
            yield "", ask_to_update(foreign, store.create().key)
        if _is_closed(kind.delete, config):
            yield "", ask_to_delete(foreign, store.create().key)


def _is_closed(operation: Operation | None, config: Config) -> bool:
    """Whether an operation is described, and asks for the credential."""
    assert config.credential is not None
    return operation is not None and operation.path not in config.credential.open_paths


def _require_refused(
    what: str,
    changed: Callable[[Endpoint], Endpoint],
    work: Work,
    stores: tuple[RecordStore, ...],
    shapes: Shapes,
    config: Config,
) -> None:
    refused = _answers(changed, work, stores, config)
    for _, answer in refused:
        request = f"{answer.request.method} {answer.request.path}"
        require(
            answer.status in (UNAUTHORIZED, FORBIDDEN),
            f"{request} with {what} returned {answer.status}, not 401 or 403",
            answer.evidence(),
        )
        shapes.require_documented(answer, f"the {answer.status} of {request}")
    for text, answer in refused:
        for page in _showing(stores, text) if text else ():
            summary = f"what was refused with {answer.status} is stored all the same"
            raise Breach(summary, [*answer.evidence(), *page.evidence()])


def _showing(stores: Iterable[RecordStore], text: str) -> Iterator[Answer]:
    """A page of each list that shows a text."""
    for pager in filter(None, (each.pager for each in stores)):
        found = pager.find(lambda each: bool(each.text == text))
        if found is not None:
            yield found[1]
