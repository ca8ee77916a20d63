"""Logarithms of probabilities: what is one, and what is none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from boxproof.clauses.generation.logprobs import logprobs_valid
from boxproof.config.text_generation import Generation
from boxproof.core.breaches import Breach

FIELDS = Generation(logprobs={"logprobs": 1}, logprob_list="/logprobs")


@pytest.mark.parametrize("values", [[None, -1.5, -0.0], [0, -9999.0], [1e-6]])
def test_what_servers_send_is_no_breach(values: list[Any], saying: Callable[..., Any]) -> None:
    """Null of a first token, 0 of one that is certain, and what rounding makes of it."""
    logprobs_valid(saying(lambda _: {"text": "a", "logprobs": values}, fields=FIELDS))


@pytest.mark.parametrize(
    "values", [[0.2], [float("nan")], [float("-inf")], ["-1.5"], [True], [None], [], None]
)
def test_what_is_no_logarithm_is_a_breach(values: Any, saying: Callable[..., Any]) -> None:
    """Of a probability that can be; or there is none at all."""
    with pytest.raises(Breach, match="logarithms"):
        logprobs_valid(saying(lambda _: {"text": "a", "logprobs": values}, fields=FIELDS))


def test_each_may_stand_in_an_item_of_its_own(saying: Callable[..., Any]) -> None:
    """Beside the token, as in a chat's answer; it is asked for as the file says."""
    asked = []

    def say(body: dict[str, Any]) -> dict[str, Any]:
        asked.append(body["logprobs"])
        return {"text": "a", "logprobs": [{"token": "a", "logprob": -0.5}]}

    logprobs_valid(saying(say, fields=replace(FIELDS, logprob="/logprob")))
    assert asked == [1]
