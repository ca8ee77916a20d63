"""A model folder that the container's user could not read is copied to where it can."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path


def readable(source: Path) -> bool:
    """Whether any user can read everything below ``source``, the way to it not counted."""
    return all(_open_to_all(each) for each in _everything(source))


def stage(source: Path, folder: Path) -> Path:
    """Copy ``source`` into ``folder``, readable by everyone; returns the copy.

    Links are followed, as far as they lead somewhere.
    """
    target = folder / "model"
    if source.is_dir():
        shutil.copytree(source, target, ignore_dangling_symlinks=True)
    else:
        shutil.copy(source, target)
    for each in _everything(target):
        each.chmod(0o755 if each.is_dir() else 0o644)
    return target


def _everything(source: Path) -> Iterator[Path]:
    yield source
    for folder, folders, files in os.walk(source):
        for name in (*folders, *files):
            yield Path(folder) / name


def _open_to_all(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return True
    wanted = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
    return mode & wanted == wanted
