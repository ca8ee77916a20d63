"""Updates and deletes hold across restarts and kills, or are caught not to."""

from pathlib import Path

import pytest
from apps.judging import PROMISED, Judged, judge, process_of

CHANGES = """
[records.sayings.update]
path = "/records/{id}"
body = { prompt = "Twice upon a time" }
text = "/prompt"

[records.sayings.delete]
path = "/records/{id}"
"""
UPDATES, DELETES = "persistence.update-survives", "persistence.delete-survives"
KILL = "persistence.survives-kill"
CHOSEN = ("-k", " or ".join((UPDATES, DELETES, KILL)))


def judged(toy: str, folder: Path, **environment: str) -> Judged:
    """What is said of the changes of a toy, as a local process."""
    config = folder / "boxproof.toml"
    promised, _, rest = PROMISED.partition("[upgrade]")
    limits = rest[rest.index("[durability]") :]
    config.write_text(promised + limits + CHANGES + process_of(toy))
    return judge(config, folder / "report", "--target", "process", *CHOSEN, **environment)


def test_changes_that_hold_are_kept(tmp_path: Path) -> None:
    """After SIGTERM and after SIGKILL."""
    said = judged("apps.records.editable", tmp_path)
    assert said.said("kept") == {UPDATES, DELETES, KILL}, said.output


@pytest.mark.parametrize(("forgets", "clause"), [("NOT NULL", UPDATES), ("NULL", DELETES)])
def test_changes_that_a_start_forgets_are_caught(forgets: str, clause: str, tmp_path: Path) -> None:
    """By the clause that names the fault, and under SIGKILL as well."""
    said = judged("apps.persistence.forgets_changes", tmp_path, FORGETS=forgets)
    assert said.said("broken") == {clause, KILL}, said.output
    assert "3 of 3 acknowledged" in said.clauses[clause]["summary"]
    evidence = "\n".join(said.clauses[KILL]["evidence"])
    assert "changer-0" in evidence, evidence
