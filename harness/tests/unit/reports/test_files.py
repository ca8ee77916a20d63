"""report.json and junit.xml."""

import json
from pathlib import Path
from xml.etree import ElementTree

from unit.reports.build import ACCEPTED, BOOT_FAILED, END, RUN, at, verdict

from boxproof.core.document_coverage import OperationCoverage, ParameterCoverage
from boxproof.journal.entries import HarnessFailed, OperationCovered
from boxproof.reports import jsonfile, junit
from boxproof.reports.model import Report

REPORT = Report.of(
    [
        RUN,
        verdict("smoke.a", "kept"),
        verdict(
            "smoke.b",
            "broken",
            summary="said \x00 <500>",
            evidence=("curl 'x'", "\ud800"),
            anomalies=(("lost 1",), ("lost 2",)),
        ),
        verdict("schema.c", "unknown", summary="crashed"),
        verdict("schema.d", "not judged", summary="no engine"),
        END,
    ]
)


def test_junit_counts_every_verdict_in_its_own_way(tmp_path: Path) -> None:
    """Broken is a failure, unknown an error, not judged skipped; kept has no child."""
    junit.write(REPORT, tmp_path / "junit.xml")
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    smoke, schema = root.findall("testsuite")
    assert (smoke.get("tests"), smoke.get("failures"), smoke.get("errors")) == ("2", "1", "0")
    assert (schema.get("errors"), schema.get("skipped")) == ("1", "1")
    skipped = schema.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "no such ability: no engine"
    kept, broken = smoke.findall("testcase")
    assert len(kept) == 0
    failure = broken.find("failure")
    assert failure is not None
    assert failure.get("message") == "said \ufffd <500>"
    assert "curl 'x'" in (failure.text or "")


def test_junit_shows_a_failed_boot_as_an_error(tmp_path: Path) -> None:
    """A CI page without any test case would look like a pass."""
    junit.write(Report.of([RUN, BOOT_FAILED, END]), tmp_path / "junit.xml")
    error = ElementTree.parse(tmp_path / "junit.xml").find("./testsuite/testcase/error")
    assert error is not None
    assert error.get("message") == "api ended with 3"
    assert error.text == "no model"


def test_junit_shows_what_the_harness_failed_with_as_an_error(tmp_path: Path) -> None:
    """The run is red for it, whatever the clauses say."""
    failed = at(2.0, HarnessFailed(what="clean-up failed\nTraceback"))
    junit.write(Report.of([RUN, verdict("smoke.a", "kept"), failed, END]), tmp_path / "junit.xml")
    (error,) = ElementTree.parse(tmp_path / "junit.xml").findall("./testsuite/testcase/error")
    assert error.get("message") == "clean-up failed"
    assert error.text == "clean-up failed\nTraceback"


def test_the_json_report_has_its_version_and_every_clause(tmp_path: Path) -> None:
    """Programs read it: the fields are those that the documentation names."""
    jsonfile.write(REPORT, tmp_path / "report.json", exit_code=1)
    document = json.loads((tmp_path / "report.json").read_text())
    assert document["schema_version"] == 2
    assert document["run"]["seed"] == 7
    assert document["run"]["seconds"] == 9.5
    assert document["run"]["exit_code"] == 1
    assert document["run"]["partial"] is True
    assert document["run"]["causes"] == 1
    assert [each["verdict"] for each in document["clauses"]] == [
        "kept",
        "broken",
        "unknown",
        "not judged",
    ]
    assert document["clauses"][1]["anomalies"] == [["lost 1"], ["lost 2"]]
    assert set(document["clauses"][0]) == {
        "id",
        "family",
        "level",
        "sentence",
        "verdict",
        "seconds",
        "summary",
        "evidence",
        "cause",
        "background",
        "drawn",
        "anomalies",
        "findings",
        "waived",
    }


def test_junit_skips_what_a_team_accepts_and_says_why(tmp_path: Path) -> None:
    """Waived, declined and told only: no red in the CI page, and none of them looks kept."""
    junit.write(Report.of(ACCEPTED), tmp_path / "junit.xml")
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "3")
    skipped = {
        case.get("name"): said.get("message")
        for case in suite.findall("testcase")
        for said in case.findall("skipped")
    }
    assert skipped == {
        "schema.a": "waived operation POST /say, until 2027-01-31 (21 days left): "
        "our framework's habit [OPS-7] (POST /say: Odd)",
        "schema.b": "broken, and told only: answered 400",
        "schema.c": "declined: a note",
    }
    failure = suite.find("testcase[@name='schema.d']/failure")
    assert failure is not None
    assert "waived: operation POST /say, until 2027-01-31" in (failure.text or "")


def test_the_json_report_holds_every_waiver_and_those_that_cover_nothing(tmp_path: Path) -> None:
    """With reason and days left, for whoever counts them."""
    jsonfile.write(Report.of(ACCEPTED), tmp_path / "report.json", exit_code=1)
    document = json.loads((tmp_path / "report.json").read_text())
    assert document["clauses"][0]["waived"] == [
        {
            "scope": "operation POST /say",
            "reason": "our framework's habit",
            "until": "2027-01-31",
            "days_left": 21,
            "ticket": "OPS-7",
        }
    ]
    assert [each["id"] for each in document["run"]["waivers"]] == ["schema.a", "schema.z"]
    assert [each["line"] for each in document["run"]["unused_waivers"]] == [
        "schema.z (operation POST /say) is not a clause"
    ]


def test_the_json_report_holds_what_was_covered_of_the_document(tmp_path: Path) -> None:
    """Every operation with its statuses, parameters and keywords."""
    covered = OperationCoverage(
        operation="GET /",
        cases=1,
        documented=("200",),
        statuses={"200": 1},
        parameters=(
            ParameterCoverage(name="q", location="query", required=True, given=1, left_out=0),
        ),
    )
    report = Report.of([RUN, at(1.0, OperationCovered(coverage=covered)), END])
    jsonfile.write(report, tmp_path / "report.json", exit_code=0)
    (told,) = json.loads((tmp_path / "report.json").read_text())["coverage"]
    assert told["statuses"] == {"200": 1}
    assert told["parameters"][0]["given"] == 1
    assert told["keywords"] == []
