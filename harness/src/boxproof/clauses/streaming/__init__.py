"""Streaming: what a service that streams its text promises."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "streaming",
    "What a service that streams its text promises.",
    rank=45,
)
