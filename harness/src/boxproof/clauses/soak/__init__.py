"""Soak: what hours of load leave behind; judged by ``boxproof soak``."""

from boxproof.clauses.families import Family

FAMILY = Family(
    "soak",
    "What long load leaves behind.",
    rank=97,
    on_request=True,
)
