"""Removes mounts, dead ones too, also where something still holds them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
UNMOUNT_SECONDS = 10.0
#: Lazily: the name is free at once, whoever still has the mount open. fusermount serves users who
#: are not root.
WAYS = (("umount", "-l"), ("fusermount", "-uz"), ("fusermount3", "-uz"))


def unmount(mountpoint: str | Path) -> bool:
    """Take a mount away; whether it is gone."""
    for command in WAYS:
        if not is_mounted(mountpoint):
            return True
        if shutil.which(command[0]):
            subprocess.run(
                [*command, str(mountpoint)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=UNMOUNT_SECONDS,
                check=False,
            )
    return not is_mounted(mountpoint)


def is_mounted(mountpoint: str | Path) -> bool:
    """Whether something is mounted there, whether it answers or not."""
    return os.path.realpath(mountpoint) in _mounted()


def unmount_below(folder: Path) -> list[str]:
    """Take away every mount at or below a folder, the innermost first; those that are gone."""
    top = Path(os.path.realpath(folder))
    inside = [each for each in _mounted() if top in (Path(each), *Path(each).parents)]
    return [each for each in sorted(inside, key=len, reverse=True) if unmount(each)]


def _mounted() -> list[str]:
    """Where things are mounted; read from the kernel, as a dead FUSE mount can't be looked at."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    return [_plain(line.split(" ")[1]) for line in lines]


def _plain(text: str) -> str:
    """The kernel writes space, tab, newline and backslash in octal (proc_pid_mounts(5))."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
