"""An answer whose end may be lost is no answer."""

import pytest

from boxproof.endpoint import Endpoint
from boxproof.ledger.workload import may_be_cut
from boxproof.probes.messages import Answer, Request

WHOLE = b'{"id": 1}'


@pytest.mark.parametrize(
    ("headers", "body", "cut"),
    [
        ({}, b"", True),
        ({}, WHOLE[:-1], True),
        ({}, WHOLE, False),
        ({"Content-Length": "0"}, b"", False),
        ({"transfer-encoding": "chunked"}, b"nonsense", False),
    ],
)
def test_only_a_body_without_an_end_of_its_own_can_be_cut(
    headers: dict[str, str], body: bytes, cut: bool
) -> None:
    """With a length or chunks, what is not JSON is the service's own doing."""
    answer = Answer(Request("POST", Endpoint("http://127.0.0.1"), "/say"), 200, headers, body, 0.1)
    assert may_be_cut(answer) is cut
