"""``boxproof doctor``: what this machine lacks for a full verdict, and how to mend it."""

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from boxproof import config as configuration
from boxproof.core.errors import BoxproofError, ExitCode
from boxproof.targets.compose import engine
from boxproof.targets.lossy_disk import disk

#: An image with CPU torch takes about 1.4 GB, its build about as much again.
FREE_DISK_BYTES = 5_000_000_000
PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a run takes; ``mend`` says what to do where it is not ``well``.

    Without one that is not ``needed``, nothing but a clause of level SHOULD is not judged.
    """

    what: str
    well: bool
    seen: str
    mend: str = ""
    needed: bool = True


def examine(config_file: Path, console: Console) -> ExitCode:
    """Print what was found; CLEAN when a full run is possible here, BROKEN when not."""
    requirements = list(look(config_file))
    for each in requirements:
        word, style = ("ok", "green") if each.well else ("MISSING", "bold red")
        if not each.well and not each.needed:
            word, style = "without", "yellow"
        line = Text(f"  {word:<8}", style).append(f" {each.what}: {each.seen}", "default")
        console.print(line, soft_wrap=True)
        if not each.well:
            console.print(Text(f"           {each.mend}", "yellow"), soft_wrap=True)
    if all(each.well for each in requirements if each.needed):
        console.print("this machine can give a full verdict")
        return ExitCode.CLEAN
    return ExitCode.BROKEN


def look(config_file: Path) -> Iterator[Requirement]:
    """Look at everything that a full run needs, in the order in which one would mend it."""
    yield _python()
    yield from _engine()
    yield _power_loss()
    yield _disk(config_file)
    yield _config(config_file)


def _python() -> Requirement:
    wanted = ".".join(map(str, PYTHON))
    return Requirement(
        "Python",
        sys.version_info >= PYTHON,
        platform.python_version(),
        f"install Python {wanted} or newer",
    )


def _engine() -> Iterator[Requirement]:
    try:
        found = engine.check()
    except BoxproofError as error:
        seen, _, mend = str(error).partition("; ")
        yield Requirement("container engine", False, seen, mend)
        return
    yield Requirement("container engine", True, f"{found.version} at {found.endpoint}")
    yield Requirement("Compose", True, found.compose)


def _power_loss() -> Requirement:
    seen, _, mend = disk.missing().partition("; ")
    return Requirement(
        "FUSE, for power loss", not seen, seen or "a file system can be mounted", mend, needed=False
    )


def _disk(config_file: Path) -> Requirement:
    folder = config_file.resolve().parent
    free = shutil.disk_usage(folder if folder.is_dir() else Path.cwd()).free
    return Requirement(
        "free disk",
        free >= FREE_DISK_BYTES,
        f"{free / 1e9:.1f} GB",
        f"an image with torch and its build need {FREE_DISK_BYTES / 1e9:.0f} GB; "
        "'docker system df' and 'boxproof clean --images' help",
    )


def _config(config_file: Path) -> Requirement:
    try:
        configuration.load(config_file)
    except BoxproofError as error:
        seen, _, mend = str(error).removeprefix(f"{config_file}: ").partition("; ")
        return Requirement(str(config_file), False, seen, mend or "the README shows a whole one")
    return Requirement(str(config_file), True, "loads")
