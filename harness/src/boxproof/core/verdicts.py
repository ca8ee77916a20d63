"""What is said of a clause, why a clause was not judged, and how binding a clause is."""

from enum import StrEnum


class Level(StrEnum):
    """How binding a clause is, in the words of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Verdict(StrEnum):
    """What a run says of one clause.

    ``BROKEN`` means that the service did it. ``NOT_JUDGED`` has a :class:`Cause`, and makes a run
    partial where the clause is a MUST. ``UNKNOWN`` means that the harness, the engine or the
    machine failed; it never reads as a pass. ``WAIVED`` means that the team accepts by name, until
    a day, what made it broken or not judged.
    """

    KEPT = "kept"
    BROKEN = "broken"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    NOT_JUDGED = "not judged"


class Cause(StrEnum):
    """Why a clause was not judged.

    ``NO_ABILITY``: the target, the machine or ``boxproof.toml`` lacks what judging it needs.
    ``UNDECIDED``: what was tried did not show it either way in its time.
    ``RESTS_ON``: it rests on a clause that is broken.
    ``BUDGET``: the run's time is spent.
    ``NEWER_CONTRACT``: it is newer than the contract that ``boxproof.toml`` names; it is told, and
    never makes a run partial.
    ``DECLINED``: ``boxproof.toml`` says, with a reason, that the service does not make this
    promise; it never makes a run partial either.
    """

    NO_ABILITY = "no such ability"
    UNDECIDED = "undecided"
    RESTS_ON = "rests on a broken clause"
    BUDGET = "budget spent"
    NEWER_CONTRACT = "newer than the contract"
    DECLINED = "declined"
