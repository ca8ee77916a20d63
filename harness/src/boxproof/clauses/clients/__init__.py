"""Clients: the tests that a team has already, run against the same container."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "clients",
    "The tests that a team has already, run against the same container.",
    rank=64,
)
