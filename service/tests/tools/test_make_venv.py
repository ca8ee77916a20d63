"""The environment for a local server, with a small service in the real one's place."""

import json
import subprocess
from pathlib import Path
from threading import Event, Thread

import pytest
from make_venv import STAMP, VenvError, ingredients, make, only_one

BACKEND = """
import sys
from pathlib import Path

sys.path.insert(0, {tests!r})
from tiny_wheels import write_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    version = Path("src/demo/version").read_text()
    return write_wheel(Path(wheel_directory), "demo", version).name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
INSTALL_TORCH = """
import sys
from pathlib import Path
with (Path(__file__).parent.parent / "torch-runs").open("a") as runs:
    runs.write("run\\n")
if (Path(__file__).parent.parent / "fail").exists():
    sys.exit("no torch today")
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A service without dependencies whose build needs no network."""
    folder = tmp_path / "service"
    (folder / "tools").mkdir(parents=True)
    (folder / "src" / "demo").mkdir(parents=True)
    (folder / "backend.py").write_text(BACKEND.format(tests=str(Path(__file__).parents[1])))
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "tools" / "install_torch.py").write_text(INSTALL_TORCH)
    (folder / "src" / "demo" / "version").write_text("1.0")
    return folder


def torch_runs(service: Path) -> int:
    return len((service / "torch-runs").read_text().splitlines())


def installed(folder: Path) -> str:
    script = "from importlib.metadata import version; print(version('demo'), end='')"
    command = [str(folder / "bin" / "python"), "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_made_once_and_brought_up_to_date(service: Path, tmp_path: Path) -> None:
    """The second run changes nothing; a changed source is installed without a new environment."""
    folder = tmp_path / "venv"
    assert make(folder, service) == f"{folder} is ready"
    assert installed(folder) == "1.0"
    assert make(folder, service) == f"{folder} is up to date"
    (service / "src" / "demo" / "version").write_text("1.1")
    assert make(folder, service) == f"{folder} is ready"
    assert installed(folder) == "1.1"
    assert torch_runs(service) == 1
    assert json.loads((folder / STAMP).read_text()) == ingredients(service)


def test_half_made_is_made_anew(service: Path, tmp_path: Path) -> None:
    """Stopped in the middle it is not taken for whole, and nothing has to be removed by hand."""
    folder = tmp_path / "venv"
    (service / "fail").touch()
    with pytest.raises(VenvError, match="installing torch failed with exit code 1"):
        make(folder, service)
    (service / "fail").unlink()
    (folder / "pyvenv.cfg").unlink()
    assert make(folder, service) == f"{folder} is ready"
    assert torch_runs(service) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["service", "venv"]


def test_a_folder_of_others_is_left_alone(service: Path, tmp_path: Path) -> None:
    """A folder that is no virtual environment is refused, not replaced."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / "holiday.jpg").touch()
    with pytest.raises(VenvError, match="is no virtual environment"):
        make(folder, service)
    assert (folder / "holiday.jpg").exists()


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ("pyproject.toml", "base"),
        ("tools/install_torch.py", "base"),
        ("src/demo/version", "service"),
        ("src/demo/new.py", "service"),
        ("README.md", "service"),
    ],
)
def test_what_a_change_touches(service: Path, changed: str, part: str) -> None:
    """Dependencies and torch belong to the base, source to the service."""
    before = ingredients(service)
    with (service / changed).open("a") as file:
        file.write("# changed\n")
    after = ingredients(service)
    assert {name for name in before if before[name] != after[name]} == {part}


def test_byte_code_is_no_ingredient(service: Path) -> None:
    """Having run the service from its source changes nothing."""
    before = ingredients(service)
    (service / "src" / "demo" / "version.pyc").touch()
    assert ingredients(service) == before


def test_only_one_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run waits for the first and says so."""
    folder = tmp_path / "venv"
    entered = Event()

    def enter() -> None:
        with only_one(folder):
            entered.set()

    with only_one(folder):
        second = Thread(target=enter)
        second.start()
        assert not entered.wait(0.2)
    second.join(10)
    assert entered.is_set()
    assert capsys.readouterr().out == f"waiting for another process that makes {folder}\n"
