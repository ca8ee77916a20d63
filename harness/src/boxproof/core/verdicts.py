"""What is said of a clause, and how binding a clause is."""

from enum import StrEnum


class Level(StrEnum):
    """How binding a clause is, in the words of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Verdict(StrEnum):
    """What a run says of one clause.

    ``UNKNOWN`` means that the clause itself failed; it never reads as a pass.
    ``NOT_JUDGED`` means that it was not judged.
    """

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    NOT_JUDGED = "not judged"
