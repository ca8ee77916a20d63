"""Credentials: who is let in, who is not, and that no secret is told."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "credentials",
    "Who is let in, who is not, and that no secret is told.",
    rank=35,
)
