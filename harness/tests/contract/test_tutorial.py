"""The tutorial can be followed, and finds what it says that it finds."""

import json
from pathlib import Path

from apps.tutorial import (
    PROCESS,
    findings,
    first_command,
    follow,
    init,
    init_output,
    mend,
    written,
)

KILL = "persistence.survives-kill"


def test_init_writes_the_file_of_the_page(tmp_path: Path) -> None:
    """Whoever follows the page has what it shows."""
    shown = written(tmp_path).read_text(encoding="utf-8")
    (tmp_path / "boxproof.toml").unlink()
    done = init(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == init_output()
    found = (tmp_path / "boxproof.toml").read_text(encoding="utf-8")
    assert found.partition("\n\n")[2] == shown


def kills(folder: Path) -> int:
    """How many times a run has killed the server."""
    lines = (folder / "report" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    began = [each for each in map(json.loads, lines) if each["kind"] == "fault-began"]
    return [each["name"] for each in began].count("kill")


def test_the_first_verdict_and_the_mend_are_those_of_the_page(tmp_path: Path) -> None:
    """One clause is broken, and one line mends it."""
    config = written(tmp_path)
    before = follow(config, *first_command())
    assert before.said("broken") == {KILL}, before.output
    # One in a drawn order, and three that nothing else is beside: one kill may meet a full block.
    assert kills(tmp_path) == 1 + 3
    mend(tmp_path)
    after = follow(config, *first_command())
    assert after.said("kept") == before.clauses.keys(), after.output


def test_the_whole_contract_finds_what_the_page_lists(tmp_path: Path) -> None:
    """As a local process, and partial."""
    config = written(tmp_path)
    mend(tmp_path)
    judged = follow(config, "--target", "process")
    assert judged.said("broken") == findings(PROCESS), judged.output
    assert not judged.said("unknown"), judged.output
    assert "PARTIAL" in judged.output
