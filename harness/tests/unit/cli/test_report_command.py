"""``boxproof report`` where there is nothing to report, or no way to do so."""

import io
import sys
from pathlib import Path

import pytest
from unit.reports.build import END, RUN, verdict

from boxproof.cli import main
from boxproof.core.errors import ExitCode
from boxproof.journal import Journal


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


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The folder of a run that met a text which no locale has a code for."""
    journal = Journal(tmp_path / "journal.jsonl")
    for each in (RUN, verdict("smoke.b", "broken", summary="said \ud800 →"), END):
        journal.write(each.entry)
    journal.close()
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_whatever_a_service_said_can_be_shown(
    encoding: str, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lone surrogate, or an arrow where the locale has none, costs nobody the report."""
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding))
    assert main(["report", str(report)]) == ExitCode.BROKEN
    sys.stdout.flush()
    assert b"said \\ud800" in shown.getvalue()


def test_a_report_that_cannot_be_written_is_one_line(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the file; the journal has the whole run all the same."""
    (report / "junit.xml").mkdir()
    assert main(["report", str(report)]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert said.startswith(f"boxproof: {report / 'junit.xml'}: cannot be written: ")
    assert said.count("\n") == 1
    assert not list(report.glob(".junit*"))


def test_what_a_service_said_is_no_command_of_a_github_job(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A runner takes a line of its own for one, whoever wrote it, unless it is told not to."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main(["report", str(report)])
    stop, *shown = capsys.readouterr().out.splitlines()
    begin, _, token = stop.rpartition("::")
    assert (begin, len(token)) == ("::stop-commands", 32)
    assert "broken: smoke.b (MUST)" in shown[: shown.index(f"::{token}::")]
