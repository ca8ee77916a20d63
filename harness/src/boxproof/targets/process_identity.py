"""What tells one process from a later one with the same id, on Linux and macOS."""

import os
import subprocess
from pathlib import Path

PS_SECONDS = 5.0


def start_of(pid: int) -> str | None:
    """When a process started, as an opaque word; None when there is none or it is a zombie.

    On Linux the boot's id and the ticks since boot (proc(5), field 22), elsewhere what ``ps`` says.
    """
    if Path("/proc/self/stat").exists():
        fields = _stat_fields(pid)
        if fields is None or fields[0] in "ZX":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{fields[19]}"
    said = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        timeout=PS_SECONDS,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout.split(maxsplit=1)
    return said[1].strip() if len(said) == 2 and "Z" not in said[0] else None


def members_with(group: int, mark: str) -> list[int]:
    """The processes of a group or session whose environment holds ``mark``; none but on Linux."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        fields = _stat_fields(int(each.name))
        # Fields 5 and 6 of proc(5): process group and session.
        if fields is None or str(group) not in fields[2:4]:
            continue
        try:
            environment = (each / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark.encode() in environment:
            found.append(int(each.name))
    return found


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of ``/proc/PID/stat`` from the third on; the second may hold spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
