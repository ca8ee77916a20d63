"""Persistence: what was acknowledged is there, and stays."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "persistence",
    "What was acknowledged is there, and stays.",
    rank=80,
)
