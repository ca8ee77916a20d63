"""What containers use, as the engine and, where it is this one, its machine tell."""

import threading
from pathlib import Path
from typing import Any

from boxproof.core.errors import EngineError
from boxproof.journal import Journal
from boxproof.journal.entries import Noted, Sampled
from boxproof.targets.compose.container import NEVER
from boxproof.targets.compose.engine_api import EngineApi
from boxproof.targets.samples import descriptors_of

#: One look, without the second that the engine otherwise waits to work out percentages
#: (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats).
STATS = "/containers/{}/stats?stream=false&one-shot=true"
#: How long the engine is left alone that could not be asked.
RETRY_SECONDS = 10.0
#: Looks for a container's process on this machine, before it is taken to be on another one.
LOOKS = 3


class ContainerUsage:
    """Asks for one container at a time; one thread asks, any may close it.

    Args:
        local: whether the engine may run on this machine, whose ``/proc`` then has its processes.
    """

    def __init__(self, journal: Journal, *, local: bool) -> None:
        self._journal = journal
        self._local = local
        self._api = EngineApi()
        self._silent_until = 0.0
        self._told = False
        self._lock = threading.Lock()
        #: The first process and the id of each container, by its name, and how often the engine
        #: named one in vain.
        self._seen: dict[str, tuple[int, str]] = {}
        self._missed: dict[str, int] = {}

    def sample(self, deployment: str, container: str) -> Sampled | None:
        """What a container uses now, by its name; None where it does not run, or nobody tells.

        CPU, memory and threads are those of its control group, so that what the engine runs in it
        beside the server is counted as well. Memory is what ``docker stats`` shows: without the
        file cache that the kernel can take back at once.
        """
        if not container or self._journal.now() < self._silent_until:
            return None
        with self._lock:
            try:
                said = self._api.get(STATS.format(container))
                if not _runs(said):
                    return None
                pid = self._first_process(container) if self._local else None
            except EngineError as error:
                self._fall_silent(str(error))
                return None
        return Sampled(
            deployment=deployment,
            cpu_seconds=_cpu_seconds(said),
            memory_bytes=_memory_bytes(said),
            anonymous_bytes=_anonymous_bytes(said),
            descriptors=None if pid is None else descriptors_of(pid),
            threads=said.get("pids_stats", {}).get("current"),
        )

    def close(self) -> None:
        """Ask no more."""
        self._silent_until = float("inf")
        self._api.close()

    def _fall_silent(self, why: str) -> None:
        """Leave the engine alone for a while; the journal is told the first time."""
        if self._silent_until == float("inf"):
            return
        self._silent_until = self._journal.now() + RETRY_SECONDS
        if not self._told:
            self._told = True
            self._journal.write(Noted(what="containers were not measured", details={"why": why}))

    def _first_process(self, container: str) -> int | None:
        """The first process of a container on this machine; None where it is not seen here.

        An engine in a virtual machine, or beside a harness that runs in a container itself, numbers
        processes otherwise: what counts is that the process is in the container's control group
        (https://docs.docker.com/engine/containers/runmetrics/#control-groups).
        """
        if self._missed.get(container, 0) >= LOOKS:
            return None
        pid, id = self._seen.get(container, (0, ""))
        if not _is_of(pid, id):
            said = self._api.get(f"/containers/{container}/json")
            if said is None:
                return None
            pid, id = self._seen[container] = (int(said["State"]["Pid"]), str(said["Id"]))
            if not _is_of(pid, id):
                self._missed[container] = self._missed.get(container, 0) + 1
                return None
        self._missed.pop(container, None)
        return pid


def _is_of(pid: int, id: str) -> bool:
    """Whether a process of this machine is in the control group of a container with that id."""
    try:
        return bool(pid) and id in Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return False


def _runs(said: Any) -> bool:
    """Whether an engine's statistics are of a container that runs; those of others have no time."""
    return said is not None and not str(said.get("read", "")).startswith(NEVER)


def _cpu_seconds(said: Any) -> float | None:
    nanoseconds = said.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
    return None if nanoseconds is None else round(nanoseconds / 1e9, 3)


def _memory_bytes(said: Any) -> int | None:
    """As the docker command works it out, for both versions of control groups.

    https://docs.docker.com/reference/cli/docker/container/stats/#description
    """
    memory = said.get("memory_stats", {})
    if "usage" not in memory:
        return None
    stats = memory.get("stats", {})
    cache = stats.get("total_inactive_file", stats.get("inactive_file", 0))
    return int(memory["usage"]) - min(int(cache), int(memory["usage"]))


def _anonymous_bytes(said: Any) -> int | None:
    """What no file is behind: ``anon`` of version 2 of control groups, ``total_rss`` of version 1.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files and
    https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#stat-file
    """
    stats = said.get("memory_stats", {}).get("stats", {})
    anonymous = stats.get("anon", stats.get("total_rss"))
    return None if anonymous is None else int(anonymous)
