"""How many processors this process may use: its cgroup's CPU quota and its affinity.

Files and meanings: Linux, Documentation/admin-guide/cgroup-v2.rst (`cpu.max`) and
Documentation/scheduler/sched-bwc.rst (`cpu.cfs_quota_us`, `cpu.cfs_period_us`).
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path


def available_cpus(root: Path = Path("/")) -> int:
    """Return the CPU limit in whole processors: rounded up, at least 1.

    `root` is the folder under which `proc` and `sys` lie. Without a quota the affinity counts.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quotas = [quota for folder in _cgroup_folders(root) if (quota := _quota(folder)) is not None]
    return max(1, math.ceil(min([float(affinity or 1), *quotas])))


def _cgroup_folders(root: Path) -> Iterator[Path]:
    """Yield every folder that may limit this process: its own cgroup and all above it."""
    mount = root / "sys/fs/cgroup"
    try:
        memberships = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        memberships = []
    for line in memberships:
        _, controllers, path = line.split(":", 2)
        names = controllers.split(",")
        if controllers and "cpu" not in names:
            continue
        base = mount / controllers if controllers else mount
        relative = Path(path.lstrip("/"))
        for folder in (relative, *relative.parents):
            yield base / folder
    # In a container the path of /proc/self/cgroup may be the host's: the mount itself is ours.
    yield from (mount, mount / "cpu", mount / "cpu,cpuacct")


def _quota(folder: Path) -> float | None:
    """Return the quota of one cgroup in processors; None when it sets none."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
    except (OSError, ValueError):
        return None
    if quota in ("max", "-1"):
        return None
    return int(quota) / int(period)
