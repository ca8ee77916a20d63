"""Broken toy services that only a ledger of concurrent writes shows."""

from pathlib import Path

import pytest
from apps.judging import judge_process

#: What a history of concurrent writes says without a restart.
QUIET = (
    "records.stored-once",
    "records.nothing-unasked",
    "records.own-answer",
    "records.read-your-writes",
    "records.monotonic-reads",
    "records.list-in-order",
    "records.pages-complete",
)

#: The clause that names each fault; what follows from the fault may break as well.
CAUGHT = {
    "persistence.answers_before_commit": "records.read-your-writes",
    "records.commits_every_tenth": "records.read-your-writes",
    "records.caches_its_list": "records.read-your-writes",
    "records.skips_while_written": "records.pages-complete",
    "persistence.loses_on_sigterm": "persistence.survives-restart",
    "persistence.starts_empty": "persistence.survives-kill",
    "persistence.reuses_ids": "persistence.ids-unique",
    "persistence.saves_on_sigterm": "persistence.survives-kill",
    "records.oldest_first": "records.newest-first",
}


@pytest.mark.parametrize("toy", CAUGHT)
def test_a_broken_service_is_caught(toy: str, tmp_path: Path) -> None:
    """The clause that names its fault is broken, with requests that prove it."""
    judged = judge_process(f"apps.{toy}", tmp_path, "-k", CAUGHT[toy])
    assert judged.said("broken") == {CAUGHT[toy]}, judged.output
    assert judged.clauses[CAUGHT[toy]]["evidence"], judged.output


def test_a_service_that_loses_by_sigterm_alone_keeps_everything_else(tmp_path: Path) -> None:
    """A person is led to the one moment at which it forgets."""
    judged = judge_process(
        "apps.persistence.loses_on_sigterm", tmp_path, "-k", "restart or kill or once"
    )
    assert judged.said("broken") == {"persistence.survives-restart"}, judged.output


def test_the_good_service_keeps_its_books(tmp_path: Path) -> None:
    """No false alarm from concurrency."""
    chosen = (*QUIET, *CAUGHT.values())
    judged = judge_process("apps.good", tmp_path, "-k", " or ".join(chosen))
    assert judged.said("kept") == set(chosen), judged.output
