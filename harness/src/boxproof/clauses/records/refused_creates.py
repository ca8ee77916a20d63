"""What a refused request to make a record leaves behind."""

import json
import secrets
from collections.abc import Iterator

from boxproof.clauses.history_checks import listed
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, require
from boxproof.probes.client_inputs.row import json_body, with_body, written_at
from boxproof.probes.json_pointers import with_value
from boxproof.probes.messages import Answer, Request
from boxproof.probes.record_store import RecordStore

#: Nobody takes so much text for a record.
LONG_CHARACTERS = 1_000_000
#: Pages of the list that may begin with what was left behind.
PAGES = 3


def can_be_refused(config: Config) -> bool:
    """Whether a list shows texts, newest first, and a record is made by JSON that can be spoilt."""
    kind = config.record
    if not listed(config) or kind is None or kind.list is None or kind.list.order != "newest":
        return False
    maker = config.maker(kind)
    return maker.body_encoding == "json" and maker.text_place == "body" and not maker.text_pattern


def require_nothing_left(records: RecordStore, config: Config) -> None:
    """Break a clause where a request that was refused left its text in the list.

    Raises:
        Breach: one did.
    """
    refused: dict[str, Answer] = {}
    for text, request in _spoilt(records, config):
        try:
            answer = records.client.send(request)
        except NoAnswer:
            # Nobody knows whether that was a refusal; another clause tells of the silence.
            continue
        if 400 <= answer.status < 500:
            refused[text] = answer
    pager = records.pager
    assert pager is not None
    for page in pager.walk(pages=PAGES):
        for each in page.items:
            # Of one that is too long a part may be left.
            for text in filter(str(each.text).startswith, refused):
                answer = refused[text]
                told = f"a request that returned {answer.status} left a record behind"
                require(False, told, (*answer.evidence(), f"the list holds the id {each.id!r}"))


def _spoilt(records: RecordStore, config: Config) -> Iterator[tuple[str, Request]]:
    """Requests that are wrong in one thing, each with what its text begins with."""
    work, body = records.work, json_body(records.work)
    pointer = work.valid.text
    if body is None or pointer is None:
        return
    token = secrets.token_hex(4)
    texts = (f"boxproof refused {token} {number}." for number in range(len(body) + 4))
    for name, value in body.items():
        if type(value) in (int, float) and not {"/", "~"} & {*name}:
            text = next(texts)
            other = with_value(body, pointer, text)
            yield text, with_body(work, written_at(other, f"/{name}", b'"many"'))
    text = next(texts)
    yield text, with_body(work, json.dumps(with_value(body, pointer, text)).encode()[:-1])
    text = next(texts)
    content = json.dumps(with_value(body, pointer, text)).encode()
    yield text, with_body(work, content, "text/plain")
    text = next(texts)
    long = with_value(body, pointer, text + "a" * LONG_CHARACTERS)
    yield text, with_body(work, json.dumps(long).encode())
    for word in config.forbidden.words[:1] if config.forbidden is not None else ():
        text = next(texts)
        holding = with_value(body, pointer, f"{text} {word}")
        yield text, with_body(work, json.dumps(holding).encode())
