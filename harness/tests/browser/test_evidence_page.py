"""The evidence page in a real browser: it draws, leads to the failure, and lets nothing in."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from apps.judging import judge_process
from axe_playwright_python.sync_playwright import Axe
from unit.reports.test_html_page import MARKUP, journal_of

from boxproof.reports import folder

from .conftest import OpenPage

SERIOUS = ("serious", "critical")
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 360, "height": 740}},
}


def test_a_broken_clause_leads_to_a_curl_line_that_fails_again(
    open_page: OpenPage, tmp_path: Path
) -> None:
    """The service is left standing: pasted into a shell, the line shows what the page shows."""
    judged = judge_process("apps.smoke.no_allow", tmp_path, "-k", "smoke.wrong-method", "--keep")
    assert judged.said("broken") == {"smoke.wrong-method"}, judged.output
    try:
        page = open_page(tmp_path / "report" / "index.html")
        assert page.title() == "toy: broken — boxproof"
        assert page.locator("h1").inner_text() == "1 clause broken, by 1 cause; 0 kept."
        page.get_by_role("link", name="Broken").click()
        broken = page.locator("details", has_text="the 405 has no Allow header")
        line = broken.locator(".command code").inner_text()
        shown = broken.locator(".evidence div:not(.command)").first.inner_text()
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30)
        assert shown.startswith("→ 405 ")
        assert done.stdout.startswith("HTTP/1.1 405")
        assert "\nallow:" not in done.stdout.lower()
        assert page.locator("#timeline .main-svg").count()
    finally:
        command = [sys.executable, "-m", "boxproof", "clean"]
        subprocess.run(command, cwd=tmp_path, check=True, timeout=60)


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(screen: str, open_page: OpenPage, tmp_path: Path) -> None:
    """With a history, a timeline, a grid and a waiver; nothing is wider than the screen."""
    folder.write(journal_of(tmp_path))
    page = open_page(tmp_path / "index.html", **SCREENS[screen])
    page.locator("#timeline .main-svg").first.wait_for()
    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_a_service_said_is_text(open_page: OpenPage, tmp_path: Path) -> None:
    """Wherever it stands: paths, bodies, log lines, names of faults, labels of charts."""
    folder.write(journal_of(tmp_path, said=MARKUP))
    page = open_page(tmp_path / "index.html")
    page.locator("#timeline .main-svg").first.wait_for()
    for place in page.locator("#timeline .scatterlayer .point").all()[:3]:
        place.hover(force=True)
    assert page.evaluate("window.brokenInto") is None
    assert page.locator("img").count() == 0
