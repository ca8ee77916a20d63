"""How long a container may take to stop is production's own word."""

import pytest

from boxproof.composefile.stop_grace import grace_seconds


@pytest.mark.parametrize(
    ("wanted", "seconds"),
    [("30s", 30.0), ("1m30s", 90.0), ("1h0m5s", 3605.0), ("500ms", 0.5), ("0s", 0.0), (None, 10.0)],
)
def test_grace(wanted: str | None, seconds: float) -> None:
    """Durations as compose writes them; ten seconds where the file does not say."""
    assert grace_seconds({"stop_grace_period": wanted}) == pytest.approx(seconds)
