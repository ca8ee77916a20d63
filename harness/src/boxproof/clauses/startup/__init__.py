"""Startup: how the server starts, runs and refuses to start."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "startup",
    "How the server starts, runs and refuses to start.",
    rank=20,
)
