"""What is replaced of Hypothesis says what Hypothesis would find out."""

import pytest
from hypothesis.internal import charmap

from boxproof.drivers.schemathesis.hypothesis_patches import patched


@pytest.mark.parametrize("codec", ["utf-8", "ascii"])
def test_what_a_codec_encodes_is_what_hypothesis_finds(codec: str) -> None:
    """Of UTF-8 without trying it, of others by trying."""
    found = charmap.intervals_from_codec(codec)
    with patched():
        assert charmap.intervals_from_codec(codec) == found


def test_utf8_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes seconds in a folder of its own."""
    monkeypatch.setattr(charmap, "intervals_from_codec", pytest.fail)
    with patched():
        assert charmap.intervals_from_codec("utf-8")
