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


def judged(toy: str, folder: Path, clauses: set[str], **environment: str) -> Judged:
    """What these clauses say of the changes of a toy, as a local process."""
    config = folder / "boxproof.toml"
    promised, _, rest = PROMISED.partition("[upgrade]")
    limits = rest[rest.index("[durability]") :]
    config.write_text(promised + limits + CHANGES + process_of(toy))
    given = ("--target", "process", "-k", " or ".join(clauses))
    return judge(config, folder / "report", *given, **environment)


def test_changes_that_hold_are_kept(tmp_path: Path) -> None:
    """After SIGTERM and after SIGKILL."""
    clauses = {UPDATES, DELETES, KILL}
    said = judged("apps.records.editable", tmp_path, clauses)
    assert said.said("kept") == clauses, said.output


@pytest.mark.parametrize(("forgets", "clause"), [("NOT NULL", UPDATES), ("NULL", DELETES)])
def test_changes_that_a_start_forgets_are_caught(forgets: str, clause: str, tmp_path: Path) -> None:
    """By the clause that names the fault, and by no other."""
    toy, clauses = "apps.persistence.forgets_changes", {UPDATES, DELETES}
    said = judged(toy, tmp_path, clauses, FORGETS=forgets)
    assert said.said("broken") == {clause}, said.output
    assert said.said("kept") == clauses - {clause}, said.output
    assert "3 of 3 acknowledged" in said.clauses[clause]["summary"]


def test_a_kill_that_undoes_changes_is_caught(tmp_path: Path) -> None:
    """What was acknowledged before it is whatever the service said, not new records alone."""
    said = judged("apps.persistence.forgets_changes", tmp_path, {KILL}, FORGETS="NULL")
    assert said.said("broken") == {KILL}, said.output
    assert any("changer-0" in line for line in said.clauses[KILL]["evidence"]), said.output
