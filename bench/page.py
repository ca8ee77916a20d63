"""What the evidence page of a run costs: to make, to open, and in bytes; see README.md."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from boxproof.reports import folder

SIZE_MOST_BYTES = 8 * 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Make and open it several times; exit code 1 where it is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the folder of a run's report")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    made, opened = [], []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        copy = Path(name) / "report"
        shutil.copytree(chosen.report, copy)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for _ in range(chosen.rounds):
            began = time.monotonic()
            folder.write(copy / "journal.jsonl")
            made.append(time.monotonic() - began)
            page = browser.new_page()
            began = time.monotonic()
            page.goto((copy / "index.html").as_uri())
            page.locator(".main-svg").first.wait_for()
            opened.append(time.monotonic() - began)
            page.close()
        browser.close()
        size = (copy / "index.html").stat().st_size
    print(f"every report of the run made in {median(made):.2f} s")
    print(f"the page opened, with its charts, in {median(opened):.2f} s")
    print(f"the page has {size / 2**20:.2f} MiB, at most {SIZE_MOST_BYTES / 2**20:.0f}")
    return 0 if size <= SIZE_MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
