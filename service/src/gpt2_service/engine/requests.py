"""What a client asks of the model."""

from dataclasses import dataclass
from typing import TypeVar

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen.

    `temperature` 0 takes the likeliest token; `top_k` 0, `top_p` 1 and `repetition_penalty` 1
    change nothing.
    """

    temperature: float = 1.0
    top_k: int = 50
    top_p: float = 1.0
    repetition_penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """A prompt, how far to continue it, and how; None is the checkpoint's own setting.

    `max_length` counts the tokens of prompt and continuation together, `max_new_tokens` those of
    the continuation; it ends at whichever comes first. Without a `seed` one is drawn. `choices`
    continuations are made, each as if the request had asked for it alone. `top_logprobs` asks for
    log probabilities, and for those of so many of the likeliest tokens in the place of each.
    """

    prompt: str
    max_length: int
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None
    stop: tuple[str, ...] = ()
    choices: int = 1
    seed: int | None = None
    max_new_tokens: int | None = None
    top_logprobs: int | None = None

    @property
    def most_tokens(self) -> int:
        """How many tokens a continuation may have, whatever the prompt's length."""
        return self.limit_tokens(0)

    def limit_tokens(self, prompt_tokens: int) -> int:
        """Return how many tokens prompt and continuation may have together."""
        if self.max_new_tokens is None:
            return self.max_length
        return min(self.max_length, prompt_tokens + self.max_new_tokens)

    def sampling(self, defaults: Sampling) -> Sampling:
        """Return how tokens are chosen, completed by the checkpoint's settings."""
        return Sampling(
            temperature=_either(self.temperature, defaults.temperature),
            top_k=_either(self.top_k, defaults.top_k),
            top_p=_either(self.top_p, defaults.top_p),
            repetition_penalty=_either(self.repetition_penalty, defaults.repetition_penalty),
        )


def _either(value: Number | None, default: Number) -> Number:
    return default if value is None else value
