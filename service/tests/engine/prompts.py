"""Prompts of many kinds, the same in every run."""

import random

OPENINGS = (
    "Once upon a time",
    "Dear diary, today",
    "The lighthouse",
    "A golden doctor named Mara",
    "Überall 猫 und 🦊",
    "שלום",
    " ",
    "\x00",
    "1, 2, 3,",
    "Then she",
)
WORDS = ("the", "small", "fox", "walked", "over", "a", "golden", "bridge", "and", "told", "nobody")


def prompts(count: int, seed: int = 0) -> list[str]:
    """Return `count` prompts of one to about a hundred tokens."""
    draw = random.Random(seed)
    return [
        draw.choice(OPENINGS) + "".join(f" {draw.choice(WORDS)}" for _ in range(draw.randrange(60)))
        for _ in range(count)
    ]
