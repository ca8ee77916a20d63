"""What must not be shown is nowhere in an entry, however deep it stands."""

import base64
import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from boxproof.core.findings import Finding
from boxproof.core.redaction import Hidden, Redaction
from boxproof.core.verdicts import Level, Verdict
from boxproof.journal import Body, Journal, Recorded
from boxproof.journal.entries import ClauseJudged, Noted


@pytest.fixture
def redaction() -> Redaction:
    """Hides a secret, and another that begins with it."""
    made = Redaction()
    made.hide(Hidden("s3cret", "$KEY"))
    made.hide(Hidden("s3cret-and-more", "$OTHER"))
    return made


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a s3cret", "a $KEY"),
        ("s3cret-and-more", "$OTHER"),
        (("s3cret", 1, None), ("$KEY", 1, None)),
        ({"s3cret": ["s3cret"]}, {"$KEY": ["$KEY"]}),
        (Body.of("s3cret"), Body(b"$KEY", len("s3cret"))),
        (
            Finding(summary="s3cret", evidence=("s3cret",)),
            Finding(summary="$KEY", evidence=("$KEY",)),
        ),
        (b"\xff s3cret", b"\xff $KEY"),
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
    journal.hide(Hidden("s3cret", "$KEY"))
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


SECRET = "ab/c+d=e>?<&\"'\\ fgh$1"


@pytest.mark.parametrize(
    "spell",
    [
        str,
        repr,
        json.dumps,
        lambda text: json.dumps(json.dumps(text)),
        lambda text: json.dumps(text).replace("/", "\\/"),
        lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
        quote,
        lambda text: quote(text, safe=""),
        quote_plus,
        lambda text: quote(text, safe="").lower(),
        html.escape,
        lambda text: text.replace("$", "$$"),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
        lambda text: base64.b64encode(f"me:{text}".encode()).decode(),
    ],
)
def test_a_secret_is_found_however_it_is_spelled(spell: Callable[[str], str]) -> None:
    """As services, their frameworks and compose files spell what they repeat."""
    redaction = Redaction([Hidden(SECRET, "$KEY", "me")])
    told = redaction.text(f"it is {spell(SECRET)}!")
    assert "fgh" not in told
    assert "$KEY" in told
    assert redaction.text("it is another") == "it is another"


def test_a_member_of_an_enumeration_stays_one() -> None:
    """Whatever the secret is, reports can be read."""
    redaction = Redaction([Hidden("kept", "$KEY")])
    assert redaction.of((Verdict.KEPT, "kept")) == (Verdict.KEPT, "$KEY")
    assert isinstance(redaction.of(Verdict.KEPT), Verdict)
