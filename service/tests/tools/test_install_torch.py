"""The step that installs torch, with the real pip and tiny wheels in torch's place."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from install_torch import VERSION, cpu_requirement
from tiny_wheels import write_wheel

TOOLS = Path(__file__).resolve().parents[2] / "tools"
CPU_VERSION = cpu_requirement().removeprefix("torch==")
UNREACHABLE = "http://127.0.0.1:1/simple"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        del arguments


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with pip and nothing else."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def python(environment: Path) -> Iterator[Path]:
    """Its interpreter, without torch before and after the test."""
    interpreter = environment / "bin" / "python"
    yield interpreter
    subprocess.run([interpreter, "-m", "pip", "uninstall", "-qy", "torch"], check=True)


def run(python: Path, *options: str, index: str = UNREACHABLE) -> subprocess.CompletedProcess[str]:
    """Run the script, with `index` in the place of PyTorch's and without pip's configuration."""
    script = (
        f"import sys; sys.path.insert(0, {str(TOOLS)!r}); import install_torch as tool;"
        f" tool.CPU_INDEX = {index!r}; sys.exit(tool.main())"
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(
        [python, "-c", script, *options],
        env={**own, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_local_wheel_comes_first(python: Path, tmp_path: Path) -> None:
    """A folder that holds the wheel is enough: no index is asked, nor what torch depends on."""
    write_wheel(tmp_path, "torch", CPU_VERSION, requires="nowhere-to-be-had")
    done = run(python, "--find-links", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"torch=={CPU_VERSION} installed from a local wheel\n"


def test_nothing_to_do_where_it_is_installed(python: Path, tmp_path: Path) -> None:
    """The second run changes nothing and needs neither wheel nor index."""
    write_wheel(tmp_path, "torch", CPU_VERSION)
    run(python, "--find-links", str(tmp_path))
    done = run(python)
    assert (done.returncode, done.stdout) == (0, f"torch {CPU_VERSION} is installed already\n")


def test_another_version_is_replaced(python: Path, tmp_path: Path) -> None:
    """An older torch does not count as installed."""
    older = write_wheel(tmp_path, "torch", "2.12.0")
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-index", older], check=True)
    write_wheel(tmp_path, "torch", CPU_VERSION)
    done = run(python, "--find-links", str(tmp_path))
    assert done.stdout == f"torch=={CPU_VERSION} installed from a local wheel\n"


def test_the_cpu_index_comes_second(python: Path, tmp_path: Path) -> None:
    """Without a local wheel the index of CPU builds is asked, and its name is said."""
    (tmp_path / "torch").mkdir()
    wheel = write_wheel(tmp_path / "torch", "torch", CPU_VERSION)
    link = f'<a href="{wheel.name.replace("+", "%2B")}">{wheel.name}</a>'
    (tmp_path / "torch" / "index.html").write_text(
        f"<!DOCTYPE html><html><body>{link}</body></html>"
    )
    handler = partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        index = f"http://127.0.0.1:{server.server_port}"
        done = run(python, index=index)
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"torch=={CPU_VERSION} installed from {index}\n")


def test_a_build_without_the_cpu_label_is_not_taken(python: Path, tmp_path: Path) -> None:
    """On Linux a plain 2.13.0 is the CUDA build, wherever it lies; macOS has no other."""
    write_wheel(tmp_path, "torch", VERSION)
    done = run(python, "--find-links", str(tmp_path))
    assert done.returncode == (0 if sys.platform == "darwin" else 1)


def test_failure_is_one_clear_line(python: Path) -> None:
    """Neither wheel nor index: the last line says what was tried and what to do."""
    done = run(python)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"install_torch: torch=={CPU_VERSION} for Python 3.")
    assert UNREACHABLE in last
    assert last.endswith("give a folder that holds the wheel with --find-links")


def test_a_missing_folder_is_named(python: Path, tmp_path: Path) -> None:
    """A mistyped --find-links is an error, not an empty folder."""
    done = run(python, "--find-links", str(tmp_path / "wheelz"))
    assert done.returncode == 1
    assert done.stderr == f"install_torch: --find-links {tmp_path / 'wheelz'}: is not a folder\n"


def test_an_interpreter_without_pip(tmp_path: Path) -> None:
    """It is said how to get pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)
    done = run(tmp_path / "bin" / "python")
    assert done.returncode == 1
    assert done.stderr.endswith("-m ensurepip'\n")


@pytest.mark.parametrize(
    ("platform", "requirement"),
    [("linux", f"torch=={VERSION}+cpu"), ("darwin", f"torch=={VERSION}")],
)
def test_requirement_by_platform(platform: str, requirement: str) -> None:
    """Linux wheels of the CPU index carry a label, macOS wheels do not."""
    assert cpu_requirement(platform) == requirement
