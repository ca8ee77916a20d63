"""Waivers and declined promises name clauses and faults as they are called today."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.clauses.accepted import check_declined, problem_of
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Schema, Service, Waiver
from boxproof.core.errors import ConfigError

CONFIG = Config(
    Path(), Service("api", 8000), ValidRequest("/say", text="/prompt"), 1, schema=Schema()
)
WAIVER = Waiver(clause="schema.no-server-error", reason="known", until=datetime.date(2027, 1, 31))


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (
            "generation.empty-refusd",
            "boxproof.toml: declined: 'generation.empty-refusd' is not a clause; "
            "did you mean 'generation.empty-refused'?",
        ),
        (
            "smoke.empty-refused",
            "boxproof.toml: declined: 'smoke.empty-refused' has another id now: "
            "'generation.empty-refused'",
        ),
    ],
)
def test_a_declined_clause_that_is_not_there_is_one_line(clause: str, said: str) -> None:
    """A mistyped id would leave the clause judged, and the reader in doubt."""
    with pytest.raises(ConfigError) as caught:
        check_declined(replace(CONFIG, declined={clause: "an empty note is a note"}))
    assert str(caught.value) == said


def test_a_waiver_that_can_cover_something_has_no_problem() -> None:
    """Whether it did is known at the end of the run."""
    assert problem_of(WAIVER, CONFIG) == ""
    assert problem_of(replace(WAIVER, fault="pause"), CONFIG) == ""
    check_declined(replace(CONFIG, declined={"generation.empty-refused": "a note"}))


@pytest.mark.parametrize(
    ("waiver", "said"),
    [
        (
            replace(WAIVER, clause="schema.no-server-eror"),
            "is not a clause; did you mean",
        ),
        (replace(WAIVER, clause="smoke.record-readable"), "has another id now: 'records.readable'"),
        (replace(WAIVER, clause="records.readable"), "is not promised by boxproof.toml"),
        (replace(WAIVER, clause="generation.empty-refused"), "is declined"),
        (
            replace(WAIVER, fault="pase"),
            "is waived under 'pase', which is not a fault",
        ),
    ],
)
def test_a_waiver_of_what_is_not_there_says_what(waiver: Waiver, said: str) -> None:
    """The line goes on from the clause's id."""
    config = replace(CONFIG, declined={"generation.empty-refused": "a note"})
    assert problem_of(waiver, config).startswith(said)
