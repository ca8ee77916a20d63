"""What must not be shown is nowhere in an entry, however deep it stands."""

from pathlib import Path
from typing import Any

import pytest

from boxproof.core.findings import Finding
from boxproof.core.verdicts import Level, Verdict
from boxproof.journal import Body, Journal, Recorded
from boxproof.journal.entries import ClauseJudged, Noted
from boxproof.journal.redaction import Redaction


@pytest.fixture
def redaction() -> Redaction:
    """Hides a secret, and another that begins with it."""
    made = Redaction()
    made.hide("s3cret", "$KEY")
    made.hide("s3cret-and-more", "$OTHER")
    return made


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a s3cret", "a $KEY"),
        ("s3cret-and-more", "$OTHER"),
        (("s3cret", 1, None), ("$KEY", 1, None)),
        ({"s3cret": ["s3cret"]}, {"$KEY": ["$KEY"]}),
        (Body.of("s3cret"), Body.of("$KEY")),
        (
            Finding(summary="s3cret", evidence=("s3cret",)),
            Finding(summary="$KEY", evidence=("$KEY",)),
        ),
        (Level.MUST, Level.MUST),
    ],
)
def test_a_secret_is_replaced_wherever_it_stands(
    redaction: Redaction, value: Any, shown: Any
) -> None:
    """The longest first, and nothing else changes its type."""
    assert redaction.of(value) == shown
    assert type(redaction.of(value)) is type(shown)


def test_whoever_listens_hears_what_is_written(tmp_path: Path) -> None:
    """A terminal shows no more than the file holds."""
    heard: list[Recorded] = []
    journal = Journal(tmp_path / "journal.jsonl")
    journal.hide("s3cret", "$KEY")
    journal.listen(heard.append)
    journal.write(Noted(what="s3cret", details={"of": ("s3cret",)}))
    judged = ClauseJudged(
        id="a.b",
        family="a",
        level=Level.MUST,
        sentence="",
        verdict=Verdict.BROKEN,
        seconds=0.0,
        summary="s3cret",
        evidence=("s3cret",),
    )
    journal.write(judged)
    journal.close()
    assert "s3cret" not in repr(heard) + journal.path.read_text()
