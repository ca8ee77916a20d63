"""The folder that holds one run's journal and reports, and never parts of two."""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from boxproof import journal
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.journal.writer import NAME
from boxproof.reports import html, jsonfile, junit, markdown
from boxproof.reports.html import comparison
from boxproof.reports.model import Report

JSON_REPORT = "report.json"
JUNIT_REPORT = "junit.xml"
SUMMARY = "summary.md"
PAGE = "index.html"
#: The folder of what the makers of a load report by themselves.
LOAD = "load"


def begin(folder: Path, made: journal.Journal) -> None:
    """Take the reports of the run before away, and let the journal of this one reach its file.

    Raises:
        ConfigError: another run writes there, or nothing can be written there.
    """
    made.begin(folder / NAME)
    shutil.rmtree(folder / LOAD, ignore_errors=True)
    for name in (JSON_REPORT, JUNIT_REPORT, SUMMARY, PAGE):
        with contextlib.suppress(FileNotFoundError):
            (folder / name).unlink()


def write(path: Path, baseline: Path | None = None) -> tuple[Report, ExitCode]:
    """Write every report of a journal beside it; what it says and the exit code of its run.

    Args:
        baseline: the ``report.json`` of a run that the page compares it with.

    Raises:
        JournalError: the journal cannot be read.
        ConfigError: a report cannot be written, or the baseline cannot be read.
    """
    before = None if baseline is None else comparison.read_baseline(baseline)
    report = Report.of(journal.read(path))
    code = report.exit_code
    _replace(path.parent / JSON_REPORT, lambda to: jsonfile.write(report, to, exit_code=code))
    _replace(path.parent / JUNIT_REPORT, lambda to: junit.write(report, to))
    _replace(path.parent / SUMMARY, lambda to: markdown.write(report, to, code=code))
    page = path.parent / PAGE
    _replace(page, lambda to: html.write(report, path, to, code=code, baseline=before))
    return report, code


def _replace(path: Path, make: Callable[[Path], None]) -> None:
    """Make a file in one step, so that whoever reads it never meets half of it."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        make(half)
        half.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}; the run stands in {NAME}, of which "
            "'boxproof report' makes every report"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
