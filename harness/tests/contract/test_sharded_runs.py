"""The shards of a run give the verdict of one run."""

import json
import subprocess
import sys
from pathlib import Path

from apps.judging import judge_process

FAMILIES = ("--family", "smoke", "--family", "hygiene", "--family", "startup", "--seed", "7")
TOY = "apps.smoke.no_allow"


def report(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """``boxproof report`` of several journals."""
    return subprocess.run(
        [sys.executable, "-m", "boxproof", "report", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def verdicts(folder: Path) -> dict[str, str]:
    """Of each clause in a report."""
    made = json.loads((folder / "report.json").read_text())
    return {each["id"]: each["verdict"] for each in made["clauses"]}


def test_three_shards_give_the_verdict_of_one_run(tmp_path: Path) -> None:
    """Each judges a family; joined they are red for what one of them found."""
    (tmp_path / "whole").mkdir()
    whole = judge_process(TOY, tmp_path / "whole", *FAMILIES)
    folders = [tmp_path / str(number) for number in (1, 2, 3)]
    for number, folder in enumerate(folders, 1):
        folder.mkdir()
        judged = judge_process(TOY, folder, *FAMILIES, "--shard", f"{number}/3")
        assert {each.partition(".")[0] for each in judged.clauses} < {"smoke", "hygiene", "startup"}
        # One file in one place, as every machine of a pipeline has it.
        assert (folder / "boxproof.toml").read_text() == (
            tmp_path / "whole" / "boxproof.toml"
        ).read_text()
    reports = [folder / "report" for folder in folders]
    joined = report(*reports, "--report", tmp_path / "joined")
    assert joined.returncode == 1, joined.stdout
    assert verdicts(tmp_path / "joined") == {
        name: each["verdict"] for name, each in whole.clauses.items()
    }
    assert whole.said("broken") == {"smoke.wrong-method"}
    partial = report(*reports[1:], "--report", tmp_path / "partial")
    assert "missing is the journal of shard 1" in partial.stdout
