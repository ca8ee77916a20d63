"""Resources: what the service takes of its machine, and what it does when much is asked of it."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "resources",
    "What the service takes of its machine, and what it does when much is asked of it.",
    rank=47,
)
