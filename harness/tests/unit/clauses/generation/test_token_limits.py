"""Counts and limits: nothing is compared that differs for a good reason, and something is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from apps.writing import prompt_tokens

from boxproof.clauses.generation.token_limits import counts_add_up, limit_honoured
from boxproof.config.operations import ValidRequest
from boxproof.core.breaches import NotJudged

WORK = ValidRequest(
    "/say",
    body={"prompt": "The sea is wide", "limit": 20},
    text="/prompt",
    output="/text",
    light={"prompt": "The sea"},
)


def counted(body: dict[str, Any]) -> dict[str, Any]:
    """An answer with its counts."""
    prompt = prompt_tokens(body["prompt"])
    made = body["limit"]
    total = {"prompt_tokens": prompt, "completion_tokens": made, "total_tokens": prompt + made}
    return {"text": " and" * made, **total}


def test_light_work_of_another_prompt_is_no_breach(saying: Callable[..., Any]) -> None:
    """Its tokens are counted of the prompt of the work."""
    counts_add_up(saying(counted, WORK))


def test_where_every_limit_is_refused_nothing_is_judged(saying: Callable[..., Any]) -> None:
    """Nobody saw a limit kept."""
    with pytest.raises(NotJudged, match="refuses every limit"):
        limit_honoured(saying(lambda _: 422))


def test_where_some_limits_are_refused_the_others_are_judged(saying: Callable[..., Any]) -> None:
    """Some services begin above one token."""
    limit_honoured(saying(lambda body: 422 if body["limit"] < 3 else counted(body)))
    limit_honoured(saying(counted, replace(WORK, light={})))
