"""An answer whose end may be lost is no answer."""

import pytest

from boxproof.endpoint import Endpoint
from boxproof.ledger.workload import may_be_cut
from boxproof.probes.messages import Answer, Request

WHOLE = b'{"id": 1}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "cut"),
    [
        (200, {}, b"", True),
        (200, {}, WHOLE[:-1], True),
        (200, {}, WHOLE, False),
        (200, {"Content-Length": "0"}, b"", False),
        (200, {"transfer-encoding": "chunked"}, b"nonsense", False),
        (204, {}, b"", False),
    ],
)
def test_only_a_body_without_an_end_of_its_own_can_be_cut(
    status: int, headers: dict[str, str], body: bytes, cut: bool
) -> None:
    """With a length or chunks, what is not JSON is the service's own doing; 204 ends by itself."""
    request = Request("POST", Endpoint("http://127.0.0.1"), "/say")
    assert may_be_cut(Answer(request, status, headers, body, 0.1)) is cut
