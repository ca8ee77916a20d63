"""Hygiene: what a service shows of itself, and as whom it runs."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "hygiene",
    "What a service shows of itself, and as whom it runs.",
    rank=30,
)
