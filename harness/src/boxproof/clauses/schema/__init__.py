"""Schema: over many drawn requests, the service does what its OpenAPI document says.

Most clauses judge one and the same fuzz run; each stands for one class of its checks. The others
judge what HTTP and JSON let a client send, whatever the document says: one table of inputs.
"""

from boxproof.clauses.families import Family

FAMILY = Family(
    "schema",
    "The service does what its OpenAPI document says, and copes with whatever a client may send.",
    rank=50,
)
