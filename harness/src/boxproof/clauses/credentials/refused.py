"""Requests without the credential, or with a wrong one."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import UnusableAnswer, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.endpoint import Credential, Endpoint, Secret
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work

#: Who nobody knows, and whom the service does not let in (RFC 9110, 15.5.2 and 15.5.4).
UNAUTHORIZED, FORBIDDEN = 401, 403
#: So many of the latest records are looked through for one that was refused.
PAGES = 3


def has_credential(config: Config) -> bool:
    """Whether ``boxproof.toml`` says what lets a request in."""
    return config.credential is not None


@clause(
    "credentials.missing-refused",
    Level.MUST,
    "A request without the credential MUST be refused with 401 or 403 in the documented shape, and "
    "store nothing.",
    promised=has_credential,
    effect=Effect.WRITES,
)
def missing_refused(
    work: Work, record_store: RecordStore | None, shapes: Shapes, config: Config
) -> None:
    _require_refused("no credential", lambda each: each, work, record_store, shapes, config)


@clause(
    "credentials.wrong-refused",
    Level.MUST,
    "A request with a wrong credential MUST be refused with 401 or 403 in the documented shape, "
    "and store nothing.",
    promised=has_credential,
    effect=Effect.WRITES,
)
def wrong_refused(
    work: Work, record_store: RecordStore | None, shapes: Shapes, config: Config
) -> None:
    (credential,) = work.client.endpoint().credentials
    wrong = another_value(credential)

    def with_wrong(endpoint: Endpoint) -> Endpoint:
        return replace(endpoint, headers=(*endpoint.headers, (wrong.header, wrong.reveal())))

    _require_refused("a wrong credential", with_wrong, work, record_store, shapes, config)


@clause(
    "credentials.challenge",
    Level.SHOULD,
    "An answer of 401 SHOULD say in WWW-Authenticate how to get in (RFC 9110, 11.6.1).",
    promised=has_credential,
    effect=Effect.WRITES,
)
def challenge(work: Work, record_store: RecordStore | None, config: Config) -> None:
    for _, answer in _answers(lambda each: each, work, record_store, config):
        require(
            answer.status != UNAUTHORIZED or "WWW-Authenticate" in answer.headers,
            "a 401 has no WWW-Authenticate header",
            answer.evidence(),
        )


def another_value(credential: Credential) -> Credential:
    """The credential with another value of the same length, which the service cannot know."""
    length = len(credential.value.reveal())
    return replace(credential, value=Secret(secrets.token_hex(length)[:length]))


def _answers(
    changed: Callable[[Endpoint], Endpoint],
    work: Work,
    store: RecordStore | None,
    config: Config,
) -> Iterator[tuple[str, Answer]]:
    """What each request that ``boxproof.toml`` describes gets, sent without its credential.

    With the text of the user's that it was sent with, where it made a record.
    """
    client = _stranger(work.client, changed)
    for maker in [work] if store is None or store.work.valid == work.valid else [work, store.work]:
        if _is_closed(maker.valid.path, config):
            text = maker.texts.fresh() if maker.valid.text is not None else None
            yield text or "", replace(maker, client=client).send(text)
    if store is None:
        return
    foreign = store.through(client)
    if store.kind.read is not None and _is_closed(store.kind.read.path, config):
        yield "", foreign.read(store.create().key)
    if foreign.pager is not None and _is_closed(foreign.pager.listing.path, config):
        yield "", foreign.pager.page()


def _stranger(client: Client, changed: Callable[[Endpoint], Endpoint]) -> Client:
    """A client of the same deployment that has not what lets a request in."""
    return Client(lambda: changed(replace(client.endpoint(), credentials=())), client.journal)


def _is_closed(path: str, config: Config) -> bool:
    return config.credential is not None and path not in config.credential.open_paths


def _require_refused(
    what: str,
    changed: Callable[[Endpoint], Endpoint],
    work: Work,
    store: RecordStore | None,
    shapes: Shapes,
    config: Config,
) -> None:
    for text, answer in _answers(changed, work, store, config):
        request = f"{answer.request.method} {answer.request.path}"
        require(
            answer.status in (UNAUTHORIZED, FORBIDDEN),
            f"{request} with {what} returned {answer.status}, not 401 or 403",
            answer.evidence(),
        )
        mismatch = shapes.mismatch(answer)
        require(
            not mismatch,
            f"the {answer.status} of {request} does not match its documented schema: {mismatch}",
            answer.evidence(),
        )
        if text and store is not None:
            _require_not_stored(text, answer, store)


def _require_not_stored(text: str, refused: Answer, store: RecordStore) -> None:
    """No record of the list has the text of a request that was refused."""
    pager = store.pager
    if pager is None or pager.item_text is None:
        return
    newest = pager.listing.order == "newest"
    for page in pager.walk(pages=PAGES) if newest else pager.walk():
        if page.status not in (200, None):
            raise UnusableAnswer(f"a page of the list returned {page.status}")
        require(
            all(each.text != text for each in page.items),
            f"a request that was refused with {refused.status} is stored",
            refused.evidence(),
        )
