"""What is said of a record that is read again later."""

import json

import pytest

from boxproof.core.breaches import NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request
from boxproof.probes.record_store import Created
from boxproof.scenarios.acknowledged import Reread

RECORD = {"id": "a", "text": "Hi"}


def answer(status: int, body: object) -> Answer:
    """An answer of a service."""
    return Answer(
        Request("GET", Endpoint("http://x"), "/"), status, {}, json.dumps(body).encode(), 0.0
    )


def reread(read: Answer | NoAnswer) -> Reread:
    """A record and what its read said."""
    record = read.json() if isinstance(read, Answer) and read.status == 200 else None
    return Reread(Created("a", "a", RECORD, answer(200, RECORD)), read, record)


@pytest.mark.parametrize(
    ("read", "loss", "gone"),
    [
        (answer(200, RECORD), "", False),
        (answer(200, {**RECORD, "more": 1}), "", False),
        (answer(200, {**RECORD, "text": "Ho"}), "'text'", False),
        (answer(200, {"id": "a"}), "'text'", False),
        (answer(404, {}), "404", True),
        (answer(500, {}), "500", False),
        (NoAnswer("timed out"), "timed out", False),
    ],
)
def test_a_record_is_lost_unless_it_reads_as_acknowledged(
    read: Answer | NoAnswer, loss: str, gone: bool
) -> None:
    """Only a refusal says that it is gone; a failure says nothing of the record."""
    seen = reread(read)
    assert loss in seen.loss
    assert bool(seen.loss) == bool(loss)
    assert seen.gone == gone
    assert seen.evidence()
