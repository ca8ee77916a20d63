"""A clause that is newer than the contract of boxproof.toml is told, and never red."""

from pathlib import Path

import pytest
from plugin.conftest import Boxproof

FAMILY = """
from boxproof.clauses.families import Family

FAMILY = Family("team", "What our team promises.")
"""
CLAUSES = """
from boxproof.clauses.registry import clause
from boxproof.core.breaches import Breach
from boxproof.core.verdicts import Level


@clause("team.newer", Level.MUST, "The service MUST do what came later.", since=2)
def newer(unknown_fixture: object) -> None:
    raise Breach("it does not")
"""


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package with a clause of a later contract."""
    installed = tmp_path / "installed"
    info = installed / "team-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: team\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[boxproof.clauses]\nteam = team\n")
    package = installed / "team"
    package.mkdir()
    (package / "__init__.py").write_text(FAMILY)
    (package / "later.py").write_text(CLAUSES)
    monkeypatch.setenv("PYTHONPATH", str(installed))


@pytest.mark.usefixtures("team")
def test_a_newer_clause_is_told_and_makes_no_run_red_or_partial(
    boxproof_command: Boxproof,
) -> None:
    """Not even what it asks for is made, and the run is complete without it."""
    code, out, err = boxproof_command.run(
        "run", "--target", "process", "-k", "newer or health-answers", "--require-complete"
    )
    assert (code, err) == (0, ""), out
    said = {each["id"]: each for each in boxproof_command.report()["clauses"]}
    assert said["smoke.health-answers"]["verdict"] == "kept"
    newer = said["team.newer"]
    assert (newer["verdict"], newer["cause"]) == ("not judged", "newer than the contract")
    assert newer["summary"] == "it came with contract 2, and boxproof.toml names contract 1"
