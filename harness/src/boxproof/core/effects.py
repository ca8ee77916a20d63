"""What judging a clause does to the deployment that all clauses share."""

from enum import StrEnum


class Effect(StrEnum):
    """In the order in which a run judges: what disturbs comes after what only looks."""

    #: Looks at it, or at deployments of a scenario's own.
    READS = "reads"
    #: Sends it work, which may leave records.
    WRITES = "writes"
    #: Stops, kills or harms it, or its way to its clients; it is ready again afterwards.
    DISTURBS = "disturbs"
