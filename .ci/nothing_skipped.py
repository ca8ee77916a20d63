"""Fail where a test was skipped: with a container engine, every test must run.

python3 .ci/nothing_skipped.py JUNIT_FILE...

Reads what pytest wrote; `tox` leaves it in .tox/service/junit.xml and its neighbours.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree


def skipped(junit: ElementTree.Element) -> list[str]:
    """The tests that were skipped."""
    return [
        f"{case.get('classname')}.{case.get('name')}"
        for case in junit.iter("testcase")
        if case.find("skipped") is not None
    ]


def main(files: list[str]) -> int:
    """Say of each file how many tests ran; 1 where one was skipped, or none ran."""
    wanting = not files
    for file in files:
        junit = ElementTree.parse(Path(file)).getroot()
        tests, left_out = len(list(junit.iter("testcase"))), skipped(junit)
        print(f"{file}: {tests} tests, {len(left_out)} skipped", *left_out, sep="\n  ")
        wanting = wanting or bool(left_out) or tests == 0
    return int(wanting)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
