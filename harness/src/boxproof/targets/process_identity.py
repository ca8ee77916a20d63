"""What tells one process from a later one with the same id, on Linux and macOS."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil


def start_of(pid: int) -> str | None:
    """When a process started, as an opaque word; None when there is none or it is a zombie.

    On Linux the boot's id and the ticks since boot (proc(5), field 22), which no change of the
    clock can touch; elsewhere the time of the start.
    """
    if Path("/proc/self/stat").exists():
        fields = _stat_fields(pid)
        if fields is None or fields[0] in "ZX":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{fields[19]}"
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    return None


def members_with(group: int, variable: str, value: str) -> Iterator[psutil.Process]:
    """The processes of a group or session in whose environment a variable has that value."""
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, OSError):
            if group in (os.getpgid(pid), os.getsid(pid)):
                process = psutil.Process(pid)
                if process.environ().get(variable) == value:
                    yield process


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of ``/proc/PID/stat`` from the third on; the second may hold spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
