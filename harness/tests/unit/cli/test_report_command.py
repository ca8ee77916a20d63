"""``boxproof report`` where there is nothing to report."""

from pathlib import Path

import pytest

from boxproof.cli import main
from boxproof.core.errors import ExitCode


def test_a_run_that_never_was_has_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said what writes a journal."""
    assert main(["report", str(tmp_path / "journal.jsonl")]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert said.endswith("journal.jsonl: no such file; 'boxproof run' writes one\n")


@pytest.mark.parametrize("command", ["report", "waive"])
def test_the_last_run_is_meant_where_none_is_named(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its journal lies in report/ beside the configuration."""
    main(["--config", str(tmp_path / "boxproof.toml"), command])
    assert f"{tmp_path / 'report' / 'journal.jsonl'}: no such file" in capsys.readouterr().err
