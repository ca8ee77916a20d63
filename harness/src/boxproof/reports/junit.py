"""``junit.xml``: the run for CI systems, a test suite a family and a test case a clause.

The form is the one that GitLab and Jenkins read (testsuites, testsuite, testcase with failure,
error or skipped).
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from boxproof.core.verdicts import Verdict
from boxproof.journal.entries import ClauseJudged
from boxproof.reports.model import TOLD_ONLY, Report, said_of

#: What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), whatever a service answered.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ELEMENTS = {
    Verdict.BROKEN: "failure",
    Verdict.WAIVED: "skipped",
    Verdict.UNKNOWN: "error",
    Verdict.NOT_JUDGED: "skipped",
}


def write(report: Report, path: Path) -> None:
    """Write ``junit.xml``."""
    root = ElementTree.Element("testsuites", name="boxproof")
    for family in report.families:
        cases = [each for each in report.clauses if each.family == family]
        elements = [_element(report, each) for each in cases]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=family,
            tests=str(len(cases)),
            failures=str(elements.count("failure")),
            errors=str(elements.count("error")),
            skipped=str(elements.count("skipped")),
            time=f"{sum(each.seconds for each in cases):.3f}",
        )
        for each, element in zip(cases, elements, strict=True):
            _case(suite, each, element)
    if report.boot_failure is not None:
        _error(root, "boot", "first boot", report.boot_failure.summary, report.boot_failure.log)
    for what in report.failures:
        _error(root, "run", "harness", what.partition("\n")[0], what)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _element(report: Report, each: ClauseJudged) -> str:
    """What stands below a test case; empty where nothing does."""
    return "skipped" if report.is_told_only(each) else ELEMENTS.get(each.verdict, "")


def _case(suite: ElementTree.Element, each: ClauseJudged, element: str) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=each.family, name=each.id, time=f"{each.seconds:.3f}"
    )
    if element:
        told_only = element == "skipped" and each.verdict is Verdict.BROKEN
        message = (
            f"{each.verdict}, and {TOLD_ONLY}: {said_of(each)}" if told_only else said_of(each)
        )
        said = ElementTree.SubElement(case, element, message=_clean(message))
        waived = (f"waived: {waived.told}" for waived in each.waived)
        lines = (f"{each.level}: {each.sentence}", *waived, *each.evidence)
        said.text = _clean("\n".join(lines))


def _error(root: ElementTree.Element, suite: str, case: str, message: str, text: str) -> None:
    """What no clause stands for, as a suite of its own."""
    made = ElementTree.SubElement(root, "testsuite", name=suite, tests="1", errors="1")
    tried = ElementTree.SubElement(made, "testcase", classname=suite, name=case)
    ElementTree.SubElement(tried, "error", message=_clean(message)).text = _clean(text)


def _clean(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)
