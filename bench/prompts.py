"""What the benchmarks let models continue; the same in every run."""

import random
from pathlib import Path

from tokenizers import Tokenizer

NEW_TOKENS = 50
PROMPT_WORDS = 4
LETTERS = "abcdefghij"
OPENINGS = ("Once upon a time", "1, 2, 3,", "Überall 猫", "שלום", "Then she", "\t", "A")
MOST_WORDS = 20


def prompts(count: int) -> list[str]:
    """Return short prompts of a few words each."""
    draw = random.Random(0)
    return [" ".join(_word(draw) for _ in range(PROMPT_WORDS)) for _ in range(count)]


def mixed_prompts(count: int, seed: int = 0) -> list[str]:
    """Return prompts of many kinds and lengths, of up to about a hundred tokens."""
    draw = random.Random(seed)
    return [
        draw.choice(OPENINGS)
        + "".join(f" {_word(draw)}" for _ in range(draw.randrange(MOST_WORDS)))
        for _ in range(count)
    ]


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(LETTERS, k=3))


class Counter:
    """Counts tokens as the checkpoint's own tokenizer does, without torch."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def length(self, prompt: str, new_tokens: int = NEW_TOKENS) -> int:
        """Return the `max_length` that leaves room for so many new tokens."""
        return len(self._tokenizer.encode(prompt).ids) + new_tokens

    def prompt_of(self, tokens: int) -> str:
        """Return a prompt of so many tokens."""
        prompt = ""
        while self.length(prompt, 0) < tokens:
            prompt += "a "
        while self.length(prompt, 0) > tokens:
            prompt = prompt[:-1]
        return prompt
