"""Ids of clauses and runs."""

import pytest

from boxproof.core.identifiers import family_of, new_run_id


def test_a_clause_id_names_its_family() -> None:
    """The part before the dot is the family."""
    assert family_of("persistence.survives-kill") == "persistence"


@pytest.mark.parametrize("wrong", ["smoke", "smoke.", "Smoke.x", "smoke.a--b", "smoke.a b", "1.1"])
def test_a_malformed_id_is_refused(wrong: str) -> None:
    """Positional, empty and upper-case ids cannot be declared."""
    with pytest.raises(ValueError, match="not of the form"):
        family_of(wrong)


def test_run_ids_are_fresh_and_fit_a_compose_project() -> None:
    """Two runs at once never share a name."""
    ids = {new_run_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(each.isalnum() and each == each.lower() for each in ids)
