"""Identifiers: of clauses (stable for ever) and of runs (new every time)."""

import re
import secrets

CLAUSE_ID = re.compile(r"(?P<family>[a-z]+)\.(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)")


def family_of(clause_id: str) -> str:
    """The family that a clause id such as ``persistence.survives-kill`` names.

    Raises:
        ValueError: when the id is not ``family.words-with-dashes``.
    """
    match = CLAUSE_ID.fullmatch(clause_id)
    if match is None:
        raise ValueError(f"clause id {clause_id!r} is not of the form family.words-with-dashes")
    return match["family"]


def new_run_id() -> str:
    """A fresh id for one run: short, lower-case and valid in names of compose projects."""
    return secrets.token_hex(4)
