"""``report.json``: the run for programs, in a versioned form."""

import json
from dataclasses import asdict
from pathlib import Path

from boxproof.reports.model import Report

#: Raised when a field changes its meaning or goes; a new field does not raise it.
SCHEMA_VERSION = 2


def write(report: Report, path: Path, *, exit_code: int) -> None:
    """Write ``report.json``."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": {
            **report.run,
            "exit_code": exit_code,
            "interrupted": report.interrupted or not report.ended,
            "partial": bool(report.unjudged or report.missing),
            "causes": report.causes,
            "boot_failure": None if report.boot_failure is None else asdict(report.boot_failure),
            "failures": report.failures,
            "waivers": [asdict(each) for each in report.waivers],
            "unused_waivers": [asdict(each) for each in report.unused],
        },
        "clauses": [asdict(each) for each in report.clauses],
        "coverage": [asdict(each) for each in report.coverage],
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
