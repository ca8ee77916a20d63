"""Load: what the service keeps to while many users ask at once; judged by ``boxproof load``."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "load",
    "What the service keeps to while many users ask at once.",
    rank=95,
    on_request=True,
)
