"""Records: what was stored reads back, in lists and one by one, whoever writes beside."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "records",
    "What was stored reads back, in lists and one by one, whoever writes beside.",
    rank=60,
)
