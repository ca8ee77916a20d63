"""Smoke: the service answers, generates and remembers."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "smoke",
    "The service answers, generates and remembers.",
    rank=10,
)
