"""What the example says of the requests that it saw."""

from dataclasses import replace
from typing import Any

import pytest
from judging import history_faults, kill_faults, update_faults
from load import Outcome

RECORD = {"id": 7, "prompt": "a", "generated_text": "a lighthouse"}
ANSWERED = Outcome("text", "a", 1.0, 2.0, 200, "10.0.0.2", RECORD, "")
FAILED = replace(ANSWERED, prompt="b", status=502, record=None, error="502 b''")


def test_an_update_must_not_cost_a_request() -> None:
    """Each one that failed is told, with its replica."""
    assert update_faults(3, [ANSWERED]) == []
    assert update_faults(3, [ANSWERED, FAILED]) == ["update 3: text at 10.0.0.2: 502 b''"]


def test_a_kill_may_cost_what_the_killed_replica_had() -> None:
    """And nothing else."""
    elsewhere = replace(FAILED, replica="10.0.0.3")
    assert kill_faults(1, [ANSWERED, FAILED], in_hand=[FAILED]) == []
    assert kill_faults(1, [elsewhere, FAILED], in_hand=[FAILED]) == [
        "kill 1: text at 10.0.0.3: 502 b''"
    ]


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        ([RECORD], None),
        # Nobody knows of one that failed: it may be there once.
        ([RECORD, {"id": 8, "prompt": "b"}], None),
        ([], "record 7: lost"),
        ([{**RECORD, "generated_text": "another"}], "record 7: stored otherwise"),
        ([RECORD, {"id": 8, "prompt": "a"}], "'a': stored 2 times"),
        ([RECORD, {"id": 8, "prompt": "c"}], "'c': stored, and never asked for"),
    ],
)
def test_the_history_has_what_was_answered(
    records: list[dict[str, Any]], fault: str | None
) -> None:
    """As it was answered, once, and nothing that nobody asked for."""
    assert history_faults([ANSWERED, FAILED], records) == ([] if fault is None else [fault])
