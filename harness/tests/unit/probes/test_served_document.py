"""A served document is read in both languages that OpenAPI has."""

import pytest

from boxproof.core.breaches import UnusableAnswer
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request
from boxproof.probes.served_document import document_in

REQUEST = Request("GET", Endpoint("http://127.0.0.1"), "/openapi.yaml")


def served(body: bytes, *, cut: bool = False) -> Answer:
    """An answer that holds it."""
    return Answer(REQUEST, 200, {}, body, 0.1, cut)


@pytest.mark.parametrize(
    "body", [b'{"swagger": "2.0", "info": {"200": "2026-01-31"}}',
             b"swagger: '2.0'\ninfo:\n  200: 2026-01-31\n"],
)  # fmt: skip
def test_json_and_yaml_say_the_same(body: bytes) -> None:
    """A status is a name, and a date a text, in both."""
    assert document_in(served(body)) == {"swagger": "2.0", "info": {"200": "2026-01-31"}}


@pytest.mark.parametrize("body", [b"", b"[1]", b"a: [", b"<html>{", b"\xff\xfe\x00"])
def test_what_is_neither_is_the_services_fault(body: bytes) -> None:
    """As is an answer that was cut off."""
    with pytest.raises(UnusableAnswer, match="the document is"):
        document_in(served(body))
    with pytest.raises(UnusableAnswer):
        document_in(served(b"a: 1", cut=True))
