"""Install the CPU build of torch into the Python that runs this script.

    python service/tools/install_torch.py [--find-links DIR]

A wheel in DIR or in a folder that pip's own configuration names (`find-links`) is taken first; else
the wheel comes from PyTorch's index of CPU builds. The step is one of its own because a plain
`pip install torch` brings several gigabytes of CUDA packages on Linux. What torch itself depends on
is left to the installation of the service, whose requirement this build satisfies.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

VERSION = "2.13.0"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


class InstallError(Exception):
    """torch could not be installed; the text is one line for the user."""


def installed_version() -> str | None:
    """The version of torch in this interpreter, as in `2.13.0+cpu`, or None without one."""
    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return None


def cpu_requirement(platform: str = sys.platform) -> str:
    """The requirement that only a CPU build meets.

    Linux and Windows wheels of the CPU index carry the local version `+cpu`; a plain `==2.13.0`
    would also take a CUDA build from another index that pip is configured with. macOS has one
    build without a label.
    """
    return f"torch=={VERSION}" if platform == "darwin" else f"torch=={VERSION}+cpu"


def install(find_links: list[Path]) -> str:
    """Install torch unless this version is there; return a line that says what was done.

    Raises InstallError.
    """
    found = installed_version()
    if found is not None and found.partition("+")[0] == VERSION:
        return f"torch {found} is installed already"
    if importlib.util.find_spec("pip") is None:
        raise InstallError(f"{sys.executable} has no pip; run '{sys.executable} -m ensurepip'")
    for folder in find_links:
        if not folder.is_dir():
            raise InstallError(f"--find-links {folder}: is not a folder")
    if _install_local_wheel(find_links):
        return f"{cpu_requirement()} installed from a local wheel"
    _install_from_cpu_index()
    return f"{cpu_requirement()} installed from {CPU_INDEX}"


def _install_local_wheel(find_links: list[Path]) -> bool:
    """Whether a local wheel was found and installed. Raises InstallError where one does not fit."""
    folders = [option for folder in find_links for option in ("--find-links", str(folder))]
    command = _pip("--no-index", *folders)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode == 0:
        return True
    if "No matching distribution found" in done.stderr:
        return False
    reason = (done.stderr.strip() or "no reason given").splitlines()[0]
    raise InstallError(f"pip could not install a local wheel of {cpu_requirement()}: {reason}")


def _install_from_cpu_index() -> None:
    print(f"no local wheel of {cpu_requirement()}, asking {CPU_INDEX}", flush=True)
    command = _pip("--index-url", CPU_INDEX)
    done = subprocess.run(command, check=False, env=_environment())
    if done.returncode != 0:
        python = ".".join(map(str, sys.version_info[:2]))
        raise InstallError(
            f"{cpu_requirement()} for Python {python} is in no local wheel folder and pip could not"
            f" get it from {CPU_INDEX} (exit code {done.returncode}, see above);"
            " give a folder that holds the wheel with --find-links"
        )


def _pip(*source: str) -> list[str]:
    options = ("--disable-pip-version-check", "--no-input", "--no-deps")
    return [sys.executable, "-m", "pip", "install", *options, *source, cpu_requirement()]


def _environment() -> dict[str, str]:
    """This environment with pip's messages in English, of which one is read above."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "PIP_QUIET": "0"}


def main() -> int:
    parser = argparse.ArgumentParser(description="install the CPU build of torch")
    parser.add_argument(
        "--find-links",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="folder that may hold the wheel, beside those of pip's configuration",
    )
    try:
        print(install(parser.parse_args().find_links), flush=True)
    except InstallError as error:
        print(f"install_torch: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
