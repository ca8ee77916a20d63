"""``junit.xml``: the run for CI systems, a test suite a family and a test case a clause.

The form is the one that GitLab and Jenkins read (testsuites, testsuite, testcase with failure,
error or skipped).
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from boxproof.core.verdicts import Verdict
from boxproof.journal.entries import ClauseJudged, FirstBootFailed
from boxproof.reports.model import Report

#: What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), whatever a service answered.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ELEMENTS = {Verdict.BROKEN: "failure", Verdict.UNKNOWN: "error", Verdict.NOT_JUDGED: "skipped"}


def write(report: Report, path: Path) -> None:
    """Write ``junit.xml``."""
    root = ElementTree.Element("testsuites", name="boxproof")
    for family in report.families:
        cases = [each for each in report.clauses if each.family == family]
        count = report.count(family)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=family,
            tests=str(len(cases)),
            failures=str(count[Verdict.BROKEN]),
            errors=str(count[Verdict.UNKNOWN]),
            skipped=str(count[Verdict.NOT_JUDGED]),
            time=f"{sum(each.seconds for each in cases):.3f}",
        )
        for each in cases:
            _case(suite, each)
    if report.boot_failure is not None:
        _boot_failure(root, report.boot_failure)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _case(suite: ElementTree.Element, each: ClauseJudged) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=each.family, name=each.id, time=f"{each.seconds:.3f}"
    )
    if each.verdict in ELEMENTS:
        message = f"{each.cause}: {each.summary}" if each.cause else each.summary
        said = ElementTree.SubElement(case, ELEMENTS[each.verdict], message=_clean(message))
        said.text = _clean("\n".join((f"{each.level}: {each.sentence}", *each.evidence)))


def _boot_failure(root: ElementTree.Element, failure: FirstBootFailed) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name="boot", tests="1", errors="1")
    case = ElementTree.SubElement(suite, "testcase", classname="boot", name="first boot")
    said = ElementTree.SubElement(case, "error", message=_clean(failure.summary))
    said.text = _clean(failure.log)


def _clean(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)
