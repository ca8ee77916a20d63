"""What counts as a clean refusal."""

from dataclasses import replace

import pytest

from boxproof.clauses.refused_writes import require_clean_refusals
from boxproof.clauses.shapes import Shapes
from boxproof.core.breaches import Breach, NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request

REFUSAL = Answer(
    Request("POST", Endpoint("http://toy"), "/say"),
    507,
    {"Content-Type": "application/json"},
    b'{"detail": "no room for another record"}',
    0.1,
)


@pytest.mark.parametrize("status", [503, 507])
def test_a_refusal_that_says_what_is_wrong_is_clean(status: int) -> None:
    """RFC 9110, section 15.6.4, and RFC 4918, section 11.5."""
    require_clean_refusals([replace(REFUSAL, status=status)], Shapes({}))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (replace(REFUSAL, status=200), "returned 200, not 503 or 507"),
        (replace(REFUSAL, status=500), "returned 500"),
        (
            replace(REFUSAL, body=b'{"detail": "Traceback (most recent"}'),
            "leaks internals: a traceback",
        ),
        (replace(REFUSAL, body=b'{"detail": "sqlite3.OperationalError"}'), "leaks internals"),
        (NoAnswer("timed out"), "no answer"),
    ],
)
def test_whatever_else_is_said_is_not(said: Answer | NoAnswer, reason: str) -> None:
    """Success, an error of the server's own, what the inside says, and silence."""
    with pytest.raises(Breach, match=reason):
        require_clean_refusals([REFUSAL, said], Shapes({}))
