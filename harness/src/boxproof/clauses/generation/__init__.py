"""Generation: what a service that makes text promises."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "generation",
    "What a service that makes text promises.",
    rank=40,
)
