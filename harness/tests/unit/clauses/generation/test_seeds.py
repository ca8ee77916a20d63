"""Seeds: a model may be sure of how one text goes on, and of no other."""

from collections.abc import Callable
from typing import Any

import pytest

from boxproof.clauses.generation.seeds import seeds_vary
from boxproof.core.breaches import Breach


def test_a_text_that_a_model_is_sure_of_is_no_breach(saying: Callable[..., Any]) -> None:
    """Where a text that is new to it goes on otherwise with each seed."""

    def sure_of_the_sea(body: dict[str, Any]) -> str:
        return " is wide" if body["prompt"] == "The sea" else f" is {body['seed']}"

    seeds_vary(saying(sure_of_the_sea))


def test_one_seed_for_all_is_a_breach_whatever_the_text(saying: Callable[..., Any]) -> None:
    """Each text goes on otherwise, and none with its seed."""
    with pytest.raises(Breach, match="all made the same text"):
        seeds_vary(saying(lambda body: f" is {body['prompt']}"))
