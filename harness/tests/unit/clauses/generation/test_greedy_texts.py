"""The likeliest tokens: nothing is called the same where nothing was compared."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boxproof.clauses.generation.greedy_texts import greedy_extends, same_beside_others
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Service
from boxproof.core.breaches import NotJudged

#: Work that no longer one is known of.
SHORT = ValidRequest("/say", body={"prompt": "The sea", "limit": 2}, text="/prompt", output="/text")
TEXT = " is wide, and the boat is small"


@pytest.mark.parametrize(
    "say",
    [
        lambda body: TEXT[: body["limit"]] if body["limit"] == 2 else 422,
        lambda _: "",
        lambda _: " \N{REPLACEMENT CHARACTER}",
    ],
)
def test_where_no_text_is_extended_nothing_is_judged(say: Any, saying: Callable[..., Any]) -> None:
    """One length alone is taken, or nothing is written."""
    with pytest.raises(NotJudged, match="a higher limit extends"):
        greedy_extends(saying(say, SHORT))


def test_where_nobody_else_is_served_nothing_is_judged(saying: Callable[..., Any]) -> None:
    """Alone it is the same, which was known before."""

    def alone(body: dict[str, Any]) -> Any:
        return TEXT if body["prompt"] == "The sea" else 422

    generator = saying(alone)
    config = Config(Path(), Service("api"), generator.work.valid)
    with pytest.raises(NotJudged, match="beside one of"):
        same_beside_others(generator, config)
    same_beside_others(saying(lambda _: TEXT), config)
