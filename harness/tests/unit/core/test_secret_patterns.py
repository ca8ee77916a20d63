"""What looks like a secret, and what only stands for one."""

import pytest

from boxproof.core.secret_patterns import secret_in

#: Put together here, so that no scanner takes one for real.
SOME = "qW3eRt5yUi7oPaS9dFgH1jKlZx2cVbN4m6Qw"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hf_" + SOME[:34], "a token of Hugging Face"),
        ("ghp_" + SOME, "a token of GitHub"),
        ("sk-proj-" + SOME + SOME, "a key of OpenAI"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE", "a private key"),
        ("AKIA" + "Q3W4E5R6T7Z8U9I2", "a key of AWS"),
    ],
)
def test_a_secret_is_known_by_its_form(text: str, kind: str) -> None:
    """Wherever it stands in a text."""
    assert secret_in(f"Authorization: Bearer {text}.") == kind


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "sk-" + "x" * 48,
        "sk-" + "your-key-goes-here-and-nowhere-else-please",
        "hf_" + SOME[:33],
        "task-" + SOME + SOME,
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    ],
)
def test_what_stands_for_a_secret_is_none(text: str) -> None:
    """Documents show what a key looks like; nobody gave that one away."""
    assert not secret_in(text)
