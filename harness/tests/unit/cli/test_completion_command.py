"""The script that is written completes in a real shell."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: Completes the words that follow it, the last of which is unfinished, as a Tab would.
TAB = """
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_shtab_boxproof
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script() -> str:
    """What the command writes for bash."""
    command = [sys.executable, "-m", "boxproof", "completion", "bash"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="completes in bash")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (("in",), {"init"}),
        (("run", "--fam"), {"--family"}),
        (("run", "--family", "st"), {"startup", "streaming"}),
        (("run", "--target", "u"), {"url"}),
        (("completion", "z"), {"zsh"}),
        (("--config", "box"), {"boxproof.toml"}),
    ],
)
def test_a_tab_completes_what_was_begun(
    words: tuple[str, ...], completed: set[str], script: str, tmp_path: Path
) -> None:
    """Commands, options, what they choose from, and files."""
    (tmp_path / "boxproof.toml").touch()
    done = subprocess.run(
        ["bash", "--norc", "-c", script + TAB, "bash", "boxproof", *words],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert {*done.stdout.split()} == completed, done.stderr
