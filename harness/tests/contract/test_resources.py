"""What ``--full`` adds of the resources family, and services that may do as they do."""

from pathlib import Path

import pytest
from apps.judging import judge_process

FLAT = {"resources.descriptors-flat", "resources.memory-flat", "resources.threads-flat"}
FAST = {"resources.pages-stay-fast", "resources.reads-stay-fast"}
LEAKS = {
    "leaks_descriptors": "resources.descriptors-flat",
    "leaks_memory": "resources.memory-flat",
    "leaks_threads": "resources.threads-flat",
}


def test_nothing_leaks_from_the_good_service(tmp_path: Path) -> None:
    """And what would have been found is said."""
    judged = judge_process("apps.good", tmp_path, "--full", "-k", "flat")
    assert judged.said("kept") == FLAT, judged.output
    assert judged.exit_code == 0, judged.output
    told = judged.clauses["resources.memory-flat"]["summary"]
    assert told.startswith("the smallest leaks that would have been found: memory "), told


@pytest.mark.long
@pytest.mark.parametrize("toy", LEAKS)
def test_a_leak_is_caught_by_the_clause_that_names_what_leaks(toy: str, tmp_path: Path) -> None:
    """20 kB, a descriptor or a thread a request; memory that follows from a thread is not told."""
    judged = judge_process(f"apps.resources.{toy}", tmp_path, "--full", "-k", "flat")
    assert judged.said("broken") == {LEAKS[toy]}, judged.output
    assert not judged.said("unknown"), judged.output
    assert "a request, and " in judged.clauses[LEAKS[toy]]["summary"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("toy", "broken"),
    [
        ("good", set()),
        ("resources.reads_all_records", {"resources.reads-stay-fast"}),
        ("resources.lists_all_records", {"resources.pages-stay-fast"}),
    ],
)
def test_what_grows_with_the_records_is_caught(toy: str, broken: set[str], tmp_path: Path) -> None:
    """By the clause that names it; a good service is fast at a thousand records, too."""
    judged = judge_process(f"apps.{toy}", tmp_path, "--full", "-k", "stay-fast")
    assert judged.said("broken") == broken, judged.output
    assert judged.said("kept") == FAST - broken, judged.output


def test_a_run_without_full_names_what_it_leaves_out(tmp_path: Path) -> None:
    """In one line; none of it is judged."""
    judged = judge_process("apps.good", tmp_path, "-k", "flat or model-loaded")
    assert judged.clauses.keys() == {"smoke.model-loaded"}, judged.output
    assert "clauses that take long; --full judges them: " in judged.output


def test_a_service_may_refuse_what_is_too_much(tmp_path: Path) -> None:
    """With 429 and Retry-After."""
    judged = judge_process("apps.resources.refuses", tmp_path, "-k", "overload")
    assert judged.said("kept") == {"resources.overload-refused"}, judged.output
