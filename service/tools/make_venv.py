"""Make a virtual environment that holds the service, to run its server as a local process.

    python service/tools/make_venv.py DIR

torch comes from install_torch.py, the service is built into a wheel and installed, never editable.
A stamp in DIR says what it was made from and is written last: an environment that is whole and made
from the same files is kept, one left half-made is made anew, and where only the service's source
changed, only the service is installed again.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
SERVICE = TOOLS.parent
STAMP = "made-from.json"
UNFINISHED: dict[str, str] = {}


class VenvError(Exception):
    """The environment could not be made; the text is one line for the user."""


def ingredients(service: Path) -> dict[str, str]:
    """What an environment is made from: `base` (Python and dependencies) and the `service`."""
    base = [service / "pyproject.toml", service / "tools" / "install_torch.py"]
    sources = [*sorted((service / "src").rglob("*")), service / "README.md"]
    python = f"{sys.version} {os.uname().machine} {sys.base_prefix}"
    return {
        "base": _digest(python, base, service),
        "service": _digest("", [path for path in sources if _belongs(path)], service),
    }


def make(folder: Path, service: Path = SERVICE) -> str:
    """Bring the environment in `folder` up to date; return a line that says what was done.

    Raises VenvError.
    """
    wanted = ingredients(service)
    found = _read_stamp(folder)
    if found == wanted:
        return f"{folder} is up to date"
    if found is None and folder.exists() and not _is_ours_to_replace(folder):
        raise VenvError(f"{folder} is there and is no virtual environment; name another folder")
    python = folder / "bin" / "python"
    if found is not None and found["base"] == wanted["base"]:
        _write_stamp(folder, UNFINISHED)
        options = ["--force-reinstall", "--no-deps"]
        _step("installing the changed service", _pip_install(python, *options, str(service)))
    else:
        _discard(folder)
        folder.mkdir()
        _write_stamp(folder, UNFINISHED)
        _step(f"making {folder}", [sys.executable, "-m", "venv", str(folder)])
        _step("installing torch", [str(python), str(service / "tools" / "install_torch.py")])
        _step("installing the service", _pip_install(python, str(service)))
    _write_stamp(folder, wanted)
    return f"{folder} is ready"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock beside `folder`, so that two runs do not make it at the same time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another process that makes {folder}", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _belongs(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def _digest(start: str, paths: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256(start.encode())
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"
        digest.update(f"\n{path.relative_to(root).as_posix()} {content}".encode())
    return digest.hexdigest()


def _read_stamp(folder: Path) -> dict[str, str] | None:
    """What `folder` was made from, or None where it is not whole."""
    try:
        stamp = json.loads((folder / STAMP).read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return stamp if isinstance(stamp, dict) and "base" in stamp else None


def _write_stamp(folder: Path, stamp: dict[str, str]) -> None:
    partial = folder / f"{STAMP}.partial"
    partial.write_text(json.dumps(stamp, indent=2) + "\n")
    partial.replace(folder / STAMP)


def _is_ours_to_replace(folder: Path) -> bool:
    """Whether nothing is lost with `folder`: it is empty, or a virtual environment."""
    known = (folder / "pyvenv.cfg", folder / STAMP)
    return folder.is_dir() and (any(map(Path.exists, known)) or not any(folder.iterdir()))


def _discard(folder: Path) -> None:
    """Remove `folder`; stopped half-way, it leaves no remains under that name."""
    doomed = folder.with_name(f".{folder.name}.discarded")
    shutil.rmtree(doomed, ignore_errors=True)
    if folder.exists():
        folder.rename(doomed)
        shutil.rmtree(doomed)


def _pip_install(python: Path, *arguments: str) -> list[str]:
    pip = [str(python), "-m", "pip", "install"]
    return [*pip, "--disable-pip-version-check", "--no-input", *arguments]


def _step(title: str, command: list[str]) -> None:
    """Run one step with its output shown. Raises VenvError when it fails."""
    print(f"{title} ...", flush=True)
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise VenvError(f"{title} failed with exit code {done.returncode}, see above")


def main() -> int:
    parser = argparse.ArgumentParser(description="make a virtual environment with the service")
    parser.add_argument("folder", metavar="DIR", type=Path)
    folder: Path = parser.parse_args().folder.resolve()
    try:
        with only_one(folder):
            print(make(folder), flush=True)
    except VenvError as error:
        print(f"make_venv: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"make_venv: interrupted, {folder} will be made anew", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
