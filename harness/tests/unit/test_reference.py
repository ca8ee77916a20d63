"""The reference pages: written from the registries, and as fresh as they are."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "tools" / "reference.py"


def reference(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    command = [sys.executable, str(SCRIPT), *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_committed_pages_are_up_to_date() -> None:
    """After a change: `python harness/tools/reference.py`."""
    done = reference("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_stale_or_missing_page_is_named(tmp_path: Path) -> None:
    """The check says which, and nothing is written by it."""
    assert reference(tmp_path).returncode == 0
    (tmp_path / "faults.md").write_text("of yesterday\n")
    (tmp_path / "options.md").unlink()
    done = reference(tmp_path, "--check")
    assert done.returncode == 1
    named = [Path(line.split(": stale;")[0]).name for line in done.stderr.splitlines()]
    assert named == ["faults.md", "options.md"]
    assert (tmp_path / "faults.md").read_text() == "of yesterday\n"
    assert not (tmp_path / "options.md").exists()
