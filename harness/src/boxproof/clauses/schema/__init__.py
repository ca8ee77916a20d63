"""Schema: over many drawn requests, the service does what its OpenAPI document says.

All clauses judge one and the same fuzz run; each stands for one class of its checks.
"""

from boxproof.clauses.families import Family

FAMILY = Family(
    "schema",
    "Over many drawn requests, the service does what its OpenAPI document says.",
    rank=50,
)
