"""What GitHub Actions shows of a run: the summary of the step, and errors beside the job.

Both as documented on
https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from boxproof.core.errors import ExitCode
from boxproof.reports.markdown import LIMIT_BYTES, bounded, parts
from boxproof.reports.model import Report

#: GitHub shows so many of one step.
ERRORS_MOST = 10


@contextmanager
def without_commands(environment: Mapping[str, str]) -> Iterator[None]:
    """Take no line for a command within the block, for it may show what a service has said."""
    if not _is_job(environment):
        yield
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"::{token}::", flush=True)


def append_summary(report: Report, environment: Mapping[str, str], *, code: ExitCode) -> None:
    """Add the summary to the file that the step names, where it names one.

    What the step's other commands wrote there counts towards the limit. A file that cannot be
    written costs the run nothing: ``summary.md`` has the same page.
    """
    named = environment.get("GITHUB_STEP_SUMMARY")
    if not named:
        return
    try:
        with Path(named).open("ab") as out:
            out.write(bounded(parts(report, code), LIMIT_BYTES - out.tell()))
    except OSError:
        return


def errors(report: Report, environment: Mapping[str, str]) -> Iterator[str]:
    """A line for each thing that makes the run red, where the run is a job of GitHub Actions."""
    if _is_job(environment):
        for title, text in islice(_red(report), ERRORS_MOST):
            yield f"::error title={_property(title)}::{_data(text)}"


def _is_job(environment: Mapping[str, str]) -> bool:
    return environment.get("GITHUB_ACTIONS") == "true"


def _red(report: Report) -> Iterator[tuple[str, str]]:
    """What makes the run red, as title and text."""
    if report.boot_failure is not None:
        yield "the first boot failed", report.boot_failure.summary
    for what in report.failures:
        yield "the run went wrong", what
    for each in report.red:
        yield f"{each.verdict}: {each.id} ({each.level})", each.summary
    for waiver in report.red_waivers:
        yield "a waiver covers nothing", waiver.line


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
