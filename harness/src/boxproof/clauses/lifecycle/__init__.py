"""Lifecycle: what signals and the deaths of processes do to a server."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "lifecycle",
    "What signals and the deaths of processes do to a server.",
    rank=70,
)
