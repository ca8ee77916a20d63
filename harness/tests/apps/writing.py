"""How the toy service writes: words that follow from the prompt, the seed and their place."""

import hashlib
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORDS = (" sea", " light", " keeper", " boat", " and", " storm", " gull", " night", " wave", " the")
SEED_MOST = 2**53 - 1


@dataclass(frozen=True)
class Wish:
    """How a request wants its texts.

    Attributes:
        temperature: 0 takes the same words every time.
        details: whether the answer tells of every text, why it ended and what it counts.
    """

    seed: int | None = None
    stop: tuple[str, ...] | list[str] = ()
    n: int = 1
    temperature: float = 0
    details: bool = False


@dataclass(frozen=True)
class Written:
    """The texts of one request, each with the prompt before it, and why each ended."""

    texts: tuple[str, ...]
    reasons: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: int

    def details(self) -> dict[str, Any]:
        """What an answer says of them beside its record."""
        choices = [
            {
                "index": index,
                "text": text,
                "finish_reason": reason,
                "logprobs": [-1.5 for _ in text.split()],
            }
            for index, (text, reason) in enumerate(zip(self.texts, self.reasons, strict=True))
        ]
        usage = {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }
        return {"choices": choices, "usage": usage}


def is_wish(given: Mapping[str, Any]) -> bool:
    """Whether the fields of a request are those of a wish."""
    seed, stop, n = given.get("seed", 0), given.get("stop", []), given.get("n", 1)
    temperature = given.get("temperature", 0)
    return (
        _is_whole(seed, 0, SEED_MOST)
        and _is_whole(n, 1, 4)
        and isinstance(stop, list)
        and len(stop) <= 4
        and all(isinstance(each, str) and 1 <= len(each) <= 64 for each in stop)
        and type(temperature) in (int, float)
        and 0 <= temperature <= 2
        and type(given.get("details", False)) is bool
    )


def _is_whole(value: Any, least: int, most: int) -> bool:
    """Whether a value is what JSON Schema calls an integer, from one number to another."""
    whole = type(value) is int or (type(value) is float and value.is_integer())
    return whole and least <= value <= most


def word(prompt: str, place: int, drawn: str) -> str:
    """The word at a place of a text; ``drawn`` is what was drawn for it, empty for nothing."""
    seen = f"{prompt}\0{place}\0{drawn}".encode("utf-8", "surrogatepass")
    return WORDS[hashlib.sha256(seen).digest()[0] % len(WORDS)]


def prompt_tokens(prompt: str) -> int:
    """How many tokens a prompt has: its words."""
    return len(re.findall(r"\S+", prompt))


def written(prompt: str, steps: int, wish: Wish) -> Written:
    """The texts that a request asks for."""
    texts, reasons, tokens = [], [], 0
    seed = random.randrange(SEED_MOST) if wish.seed is None else wish.seed
    for index in range(int(wish.n)):
        drawn = f"{int(seed)} {index}" if wish.temperature else ""
        words = [word(prompt, place, drawn) for place in range(steps)]
        text, reason = ended("".join(words), wish.stop)
        texts.append(prompt + text)
        reasons.append(reason)
        tokens += len(text.split())
    return Written(tuple(texts), tuple(reasons), prompt_tokens(prompt), tokens)


def ended(text: str, stop: tuple[str, ...] | list[str]) -> tuple[str, str]:
    """A text until the first of what ends it, and why it ended."""
    places = [text.index(each) for each in stop if each in text]
    return (text[: min(places)], "stop") if places else (text, "length")
