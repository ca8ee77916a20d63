"""Long inputs: a client's own limits say nothing of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boxproof.clauses.generation.long_inputs import long_input_whole
from boxproof.config.options import Config, Service
from boxproof.config.text_generation import Generation
from boxproof.core.breaches import Breach, NotJudged

FIELDS = Generation(limit="/limit", prompt_tokens="/prompt_tokens")


def judge(generator: Any) -> None:
    long_input_whole(generator, Config(Path(), Service("api"), generator.work.valid))


def counted(body: dict[str, Any]) -> dict[str, Any]:
    return {"text": "", "prompt_tokens": len(body["prompt"].split())}


def test_a_service_that_is_too_busy_at_once_was_not_seen(saying: Callable[..., Any]) -> None:
    """Nothing was read whole, and nothing was cut."""
    with pytest.raises(NotJudged, match="too busy"):
        judge(saying(lambda _: 503))


def test_a_clients_limit_on_requests_is_no_breach(saying: Callable[..., Any]) -> None:
    """It may refuse the next request as well, for it is spent."""
    asked = []

    def limited(body: dict[str, Any]) -> Any:
        asked.append(body)
        return 429 if len(asked) > 5 else 413 if len(body["prompt"]) > 1000 else counted(body)

    judge(saying(limited))
    assert len(asked) == 6


def test_a_service_that_is_busy_with_a_long_input_is_not_asked_again(
    saying: Callable[..., Any],
) -> None:
    """It may be in hand yet, whoever gave it up."""
    busy = []

    def slow(body: dict[str, Any]) -> Any:
        if len(body["prompt"]) > 1000:
            busy.append(body)
        return 504 if busy else counted(body)

    judge(saying(slow))
    assert len(busy) == 1


def test_a_limit_that_counts_the_prompt_hides_nothing(saying: Callable[..., Any]) -> None:
    """Where light work is for shorter prompts than the shortest, heavy work is for longer ones."""

    def cuts(body: dict[str, Any]) -> Any:
        words = body["prompt"].split()
        if len(words) > body["limit"]:
            return 422
        return {"text": "", "prompt_tokens": min(len(words), 40)}

    fields = replace(FIELDS, limit_counts_prompt=True)
    with pytest.raises(Breach, match="it was cut"):
        judge(saying(cuts, fields=fields))
    judge(saying(lambda body: 422 if len(body["prompt"]) > 20 else counted(body), fields=fields))


def test_a_service_that_is_gone_afterwards_is_caught(saying: Callable[..., Any]) -> None:
    """Whatever it called the long input."""
    gone = []

    def ends(body: dict[str, Any]) -> Any:
        if len(body["prompt"]) > 1000:
            gone.append(body)
            return 422
        return 503 if gone else counted(body)

    with pytest.raises(Breach, match="returned 503"):
        judge(saying(ends))
