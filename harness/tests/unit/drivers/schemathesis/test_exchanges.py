"""Exchanges of the fuzzing are journalled within bounds, and without values of credentials."""

import hashlib
import json
import time
from pathlib import Path

from boxproof.drivers.schemathesis.exchanges import ExchangeRecorder, exchange_out
from boxproof.endpoint import Credential, Endpoint, Secret
from boxproof.journal import Body, Journal, read
from boxproof.journal.entries import Requested

URL = "http://127.0.0.1:1"


def test_bodies_beyond_the_bound_are_told_by_size_and_digest(tmp_path: Path) -> None:
    """A smaller one that still fits stands there whole."""
    journal = Journal(tmp_path / "journal.jsonl")
    recorder = ExchangeRecorder(journal, Endpoint(URL), kept_bytes=10)
    for sent, body in ((b"12345678", b"123"), (b"12", b"")):
        entry = Requested(
            method="POST",
            url=f"{URL}/say",
            began=time.monotonic(),
            sent=Body.of(sent),
            seconds=0.5,
            status=200,
            body=Body.of(body),
        )
        recorder.take(json.loads(json.dumps(exchange_out(entry))))
    journal.close()
    first, second = [each.entry for each in read(journal.path) if isinstance(each.entry, Requested)]
    assert first.sent == Body.of(b"12345678")
    assert first.body == Body(None, 3, hashlib.sha256(b"123").hexdigest())
    assert second.sent == Body.of(b"12")
    assert second.body == Body.of(b"")


def test_values_of_credentials_are_named(tmp_path: Path) -> None:
    """In headers and in what is echoed."""
    journal = Journal(tmp_path / "journal.jsonl")
    key = Credential("X-Key", "API_KEY", Secret("s3cret"))
    entry = Requested(
        method="GET",
        url=f"{URL}/records",
        began=time.monotonic(),
        request_headers=(("X-Key", "s3cret"),),
        status=401,
        body=Body.of("no such key: s3cret"),
    )
    ExchangeRecorder(journal, Endpoint(URL, (), (key,))).take(exchange_out(entry))
    journal.close()
    (seen,) = [each.entry for each in read(journal.path) if isinstance(each.entry, Requested)]
    assert seen.body == Body.of("no such key: $API_KEY")
    assert "s3cret" not in journal.path.read_text()
