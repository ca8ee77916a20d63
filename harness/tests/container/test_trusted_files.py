"""A compose file that asks for the host is refused before anything is made."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

#: The last lines of a compose file's first service.
ASKS = "    cap_add: [SYS_TIME]\n"
OWN_TEST = "def test_ours(boxproof): assert boxproof.http.get('/health').status == 200\n"


@pytest.fixture
def asking(project: Path) -> Iterator[Path]:
    """The small service's project, whose compose file asks for the host."""
    path = project / "docker-compose.yml"
    before = path.read_text()
    path.write_text(before.replace("volumes:\n  data:", f"{ASKS}volumes:\n  data:"))
    yield project
    path.write_text(before)


def boxproof(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command, on a project."""
    return subprocess.run(
        [sys.executable, "-m", "boxproof", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", [("run", "--target", "compose"), ("compose", "--diff")])
def test_refused(asking: Path, command: tuple[str, ...]) -> None:
    """Both commands say the same one line, and end as for any wrong setting."""
    done = boxproof(asking, *command)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "docker-compose.yml: services.api.cap_add: 'SYS_TIME'" in done.stderr
    assert "--trust-compose" in done.stderr


def test_trusted(asking: Path) -> None:
    """Where a person trusts the file, it is passed on as it is."""
    done = boxproof(asking, "compose", "--trust-compose")
    assert done.returncode == 0
    assert "- SYS_TIME" in done.stdout


@pytest.mark.parametrize(("options", "code"), [((), 2), (("--boxproof-trust-compose",), 0)])
def test_under_pytest(asking: Path, tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    """A team's own run has an option of the same meaning."""
    (tmp_path / "test_ours.py").write_text(OWN_TEST)
    report = f"--boxproof-report={tmp_path / 'report'}"
    file = f"--boxproof-config={asking / 'boxproof.toml'}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", report, file, "--boxproof-target=compose", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert ("--trust-compose" in done.stdout) is (code != 0)
