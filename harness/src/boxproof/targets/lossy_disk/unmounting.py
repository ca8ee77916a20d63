"""Removes FUSE mounts, dead or hung ones too, also where something still holds them.

Nothing here looks at what is mounted: a look would be a request to the file system itself, and wait
for ever where that hangs or asks it of itself.
"""

import ctypes
import os
import re
import shutil
import subprocess
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
UNMOUNT_SECONDS = 10.0
#: umount(2): end every request that waits, and free the name at once, whoever holds the mount.
MNT_FORCE, MNT_DETACH, UMOUNT_NOFOLLOW = 1, 2, 8
#: Unmounts for users who are not root, with libfuse 2 and 3.
HELPERS = ("fusermount", "fusermount3")


def unmount(mountpoint: Path) -> bool:
    """Take a mount away; whether it is gone."""
    place = _place(mountpoint)
    if place not in _mounted():
        return True
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        libc.umount2(os.fsencode(place), MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW)
    for helper in filter(shutil.which, HELPERS):
        if place in _mounted():
            subprocess.run(
                [helper, "-uz", place],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=UNMOUNT_SECONDS,
                check=False,
            )
    return place not in _mounted()


def is_mounted(mountpoint: Path) -> bool:
    """Whether something is mounted there, whether it answers or not."""
    return _place(mountpoint) in _mounted()


def unmount_below(folder: Path) -> list[str]:
    """Take away every mount below a folder, the innermost first; those that are gone."""
    top = Path(os.path.realpath(folder))
    inside = [each for each in _mounted() if top in Path(each).parents]
    return [each for each in sorted(inside, key=len, reverse=True) if unmount(Path(each))]


def _place(mountpoint: Path) -> str:
    """As the kernel writes it: without symbolic links on the way."""
    return os.path.join(os.path.realpath(mountpoint.parent), mountpoint.name)


def _mounted() -> list[str]:
    """Where something is mounted (proc_pid_mounts(5)); nowhere but on Linux."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    return [_plain(line.split(" ")[1]) for line in lines]


def _plain(text: str) -> str:
    """The kernel writes space, tab, newline and backslash in octal."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
