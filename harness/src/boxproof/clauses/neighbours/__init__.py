"""Neighbours: a service beside the judged one is away for a while, and comes back."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "neighbours",
    "A service beside it, such as its database, is away for a while, and comes back.",
    rank=90,
)
