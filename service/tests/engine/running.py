"""Runs requests on a batch, as the engine's thread does."""

from collections.abc import Iterable

from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.engine.sequences import Batch, Sequence


def sequences(request: GenerationRequest) -> list[Sequence]:
    """One of each choice, with the request's seed or 0."""
    sampling, seed = request.sampling(Sampling()), request.seed or 0
    return [Sequence(request, sampling, seed, index) for index in range(request.choices)]


def run(batch: Batch, requests: Iterable[GenerationRequest], together: int = 16) -> list[Sequence]:
    """Run `requests`, at most `together` texts at a time; each joins as soon as there is room."""
    asked = [sequence for request in requests for sequence in sequences(request)]
    waiting = asked[::-1]
    while waiting or batch.running:
        while waiting and batch.running < together:
            batch.join(waiting.pop())
        batch.step()
    return asked
