"""Services that a bad line to some of their clients breaks are caught."""

from pathlib import Path

import pytest
from apps.judging import judge_process

CAUGHT = {
    "records.reads_partial_body": "persistence.survives-slow-network",
    "records.stores_twice": "persistence.survives-cut-network",
    "persistence.single_threaded": "persistence.cut-connections-isolated",
}


def test_nothing_is_reported_on_the_good_service(tmp_path: Path) -> None:
    """Its lines are slow, are cut, and it goes on."""
    chosen = CAUGHT.values()
    judged = judge_process("apps.good", tmp_path, "-k", " or ".join(chosen))
    assert judged.said("kept") == set(chosen), judged.output


@pytest.mark.parametrize("toy", CAUGHT)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(
    toy: str, tmp_path: Path
) -> None:
    """With what was seen as its evidence."""
    judged = judge_process(f"apps.{toy}", tmp_path, "-k", CAUGHT[toy])
    assert judged.said("broken") == {CAUGHT[toy]}, judged.output
    assert judged.clauses[CAUGHT[toy]]["evidence"], judged.output
