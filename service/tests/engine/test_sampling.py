"""The choice of tokens, beside transformers' own processors."""

import random
from collections import Counter

import pytest
import torch
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from gpt2_service.engine import sampling as rules
from gpt2_service.engine.requests import Sampling
from gpt2_service.engine.sampling import GROUP, TRIES, Sampler, largest

VOCABULARY = 3000
DRAWS = 1500
TOKENS = [1, 5, 5, 9]

SAMPLINGS = [
    Sampling(temperature=0.7, top_k=0),
    Sampling(temperature=1.0, top_k=20),
    Sampling(temperature=1.5, top_k=0, top_p=0.8),
    Sampling(temperature=0.2, top_k=0, top_p=0.1),
    Sampling(temperature=3.0, top_k=0, top_p=0.99),
    Sampling(temperature=1.0, top_k=50, top_p=0.5, repetition_penalty=1.7),
]


def logits() -> torch.Tensor:
    return torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(3)) * 4


def expected(sampling: Sampling) -> torch.Tensor:
    """Return the probabilities that transformers samples from."""
    processors = LogitsProcessorList()
    if sampling.repetition_penalty != 1.0:
        processors.append(RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty))
    processors.append(TemperatureLogitsWarper(sampling.temperature))
    if sampling.top_k:
        processors.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1.0:
        processors.append(TopPLogitsWarper(sampling.top_p))
    scores = processors(torch.tensor([TOKENS]), logits()[None])
    return scores[0].softmax(0)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_tokens_are_drawn_as_transformers_would(sampling: Sampling) -> None:
    """Only tokens that transformers leaves in are drawn, as often as it would draw them."""
    probabilities = expected(sampling)
    sampler = Sampler(sampling, seed=1, index=0)
    drawn = Counter(sampler.choose(logits(), TOKENS, ()) for _ in range(DRAWS))
    assert all(probabilities[token] > 0 for token in drawn)
    for token in probabilities.topk(5).indices.tolist():
        p = float(probabilities[token])
        deviation = (DRAWS * p * (1 - p)) ** 0.5
        assert abs(drawn[token] - DRAWS * p) <= 5 * deviation + 1


@pytest.mark.parametrize("top_p", [0.5, 0.05, 1e-3, 1e-9])
def test_a_small_nucleus_takes_few_looks_at_the_vocabulary(
    top_p: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no larger than what lay outside lies outside, too; the token is the same."""
    looks: list[int] = []
    add_up = rules._sum

    def counted(values: torch.Tensor) -> float:
        looks.append(len(values))
        return add_up(values)

    monkeypatch.setattr(rules, "_sum", counted)
    flat = torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(3)) * 0.3
    for seed in range(20):
        looks.clear()
        token = Sampler(Sampling(top_k=0, top_p=top_p), seed, 0).choose(flat.clone(), [], ())
        assert token == drawn_from_nucleus(flat, top_p, random.Random(f"{seed}/0"))
        assert len(looks) <= 12


def drawn_from_nucleus(logits: torch.Tensor, top_p: float, numbers: random.Random) -> int:
    """Draw as a text with a seed always was: from all, so often, and then from the nucleus."""
    weights = (logits - logits.max()).exp()
    ordered, places = weights.sort(descending=True)
    sums = ordered.cumsum(0, dtype=torch.float64)
    nucleus = int((sums < top_p * sums[-1]).sum()) + 1
    everything = weights.cumsum(0, dtype=torch.float64)
    for _ in range(TRIES):
        place = int(torch.searchsorted(everything, numbers.random() * everything[-1], right=True))
        if place in places[:nucleus]:
            return place
    last = numbers.random() * sums[nucleus - 1]
    return int(places[torch.searchsorted(sums, last, right=True)])


@pytest.mark.parametrize("length", [5, GROUP, 3000, 50257])
@pytest.mark.parametrize("count", [1, 5, 50, 1000])
def test_the_largest_are_those_of_topk(length: int, count: int) -> None:
    """Wherever they lie, also side by side and in what fills no group."""
    count = min(count, length)
    values = torch.randperm(length, generator=torch.Generator().manual_seed(5)).float()
    for each in (values, values.sort().values, values.sort(descending=True).values):
        expected = each.topk(count)
        found, places = largest(each, count)
        assert torch.equal(found, expected.values)
        assert torch.equal(places, expected.indices)


def test_of_equal_values_each_counts_once() -> None:
    """As many as asked for are found, at different places."""
    values = (torch.arange(3000) % 7).float()
    found, places = largest(values, 50)
    assert found.tolist() == [6.0] * 50
    assert len(set(places.tolist())) == 50
    assert values[places].tolist() == found.tolist()


def test_temperature_zero_takes_the_likeliest() -> None:
    """Without randomness the choice is the largest logit that is not forbidden."""
    sampler = Sampler(Sampling(temperature=0), seed=1, index=0)
    first, second = logits().topk(2).indices.tolist()
    assert sampler.choose(logits(), [], ()) == first
    assert sampler.choose(logits(), [], (first,)) == second


def test_a_seed_gives_the_same_draws_and_another_gives_others() -> None:
    """Draws depend on seed and index alone, not on the process's random state."""

    def draws(seed: int, index: int) -> list[int]:
        random.seed(None)
        torch.seed()
        sampler = Sampler(Sampling(top_k=0), seed, index)
        return [sampler.choose(logits(), [], ()) for _ in range(20)]

    assert draws(1, 0) == draws(1, 0)
    assert draws(1, 0) != draws(2, 0)
    assert draws(1, 0) != draws(1, 1)


@pytest.mark.parametrize("sampling", [Sampling(0), Sampling(top_k=0), Sampling(), SAMPLINGS[2]])
@pytest.mark.parametrize("number", [torch.nan, torch.inf])
def test_numbers_that_are_not_finite_are_refused(sampling: Sampling, number: float) -> None:
    """No token is made up of them, also not the likeliest."""
    spoiled = logits()
    spoiled[7] = number
    with pytest.raises(ValueError, match="not finite"):
        Sampler(sampling, seed=1, index=0).choose(spoiled, TOKENS, ())


def test_a_forbidden_token_is_never_drawn() -> None:
    """Not even when it is nearly certain."""
    certain = torch.zeros(VOCABULARY)
    certain[7] = 100.0
    sampler = Sampler(Sampling(top_k=0), seed=1, index=0)
    assert all(sampler.choose(certain.clone(), [], (7,)) != 7 for _ in range(50))


@pytest.mark.parametrize("temperature", [5e-324, 1e-40, 1e-5, 2.0])
@pytest.mark.parametrize("top_p", [5e-324, 1.0])
@pytest.mark.parametrize("penalty", [0.5, 2.0])
def test_extreme_settings_draw_a_token(temperature: float, top_p: float, penalty: float) -> None:
    """Neither an overflow nor a nan; what is cold takes the likeliest."""
    sampling = Sampling(temperature, 0, top_p, penalty)
    token = Sampler(sampling, seed=1, index=0).choose(logits() * 20, TOKENS, ())
    assert 0 <= token < VOCABULARY
    if temperature < 1 or top_p < 1:
        greedy = Sampling(0, 0, 1, penalty)
        assert token == Sampler(greedy, seed=1, index=0).choose(logits() * 20, TOKENS, ())
