"""Limits of memory and CPU, set on a running container and taken back."""

from collections.abc import Mapping
from typing import Any

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.compose.container import Container

#: Above what a server uses when its memory is limited: the engine refuses a limit below its use.
HEADROOM_BYTES = 33_554_432
#: How long its shared memory may take to fill.
FILL_SECONDS = 60.0
#: Microseconds in which a CPU quota is counted; the kernel's own default.
PERIOD = 100_000

USAGE = "cat /sys/fs/cgroup/memory.current || cat /sys/fs/cgroup/memory/memory.usage_in_bytes"
FILL = "cat /dev/zero >/dev/shm/.boxproof-fill"
FREE = "rm -f /dev/shm/.boxproof-fill"


def limit_memory(container: Container) -> int:
    """Limit a running container to a little more than it uses, without swap; that in bytes.

    Raises:
        NotJudged: its use is not known, or the engine refuses.
    """
    code, out, _ = container.execute("sh", "-c", f"({USAGE}) 2>/dev/null")
    if code != 0 or not out.strip().isdigit():
        raise NotJudged("the container does not see how much memory it uses")
    limit_bytes = int(out) + HEADROOM_BYTES
    both = ("--memory", str(limit_bytes), "--memory-swap", str(limit_bytes))
    try:
        container.call("update", *both)
    except EngineError as error:
        raise NotJudged(f"the memory of a running container cannot be limited: {error}") from None
    return limit_bytes


def lift_memory(container: Container, before: Mapping[str, Any]) -> None:
    """Give back the memory that it had; ``before`` is its HostConfig of then.

    No engine takes a limit away again: all that its machine has stands for none.
    """
    memory_bytes = before.get("Memory") or int(engine.docker("info", "--format", "{{.MemTotal}}"))
    swap_bytes = before.get("MemorySwap") or -1
    both = ("--memory", str(memory_bytes), "--memory-swap", str(swap_bytes))
    container.call("update", *both)


def fill_memory(container: Container) -> None:
    """Fill its shared memory until there is no room, or nobody left to do it.

    Shared memory counts against the limit and cannot be taken back, and the process that fills it
    is small: the kernel ends the large ones, which are the server's.
    """
    engine.attempt("exec", container.name, "sh", "-c", FILL, limit_seconds=FILL_SECONDS)


def free_memory(container: Container) -> None:
    """Give its shared memory back; it is gone already where the container has ended."""
    container.execute("sh", "-c", FREE)


def throttle(container: Container, cpus: float) -> None:
    """Set the CPU limit of a running container, in the form in which it has one already.

    Raises:
        NotJudged: the engine refuses.
    """
    quota = ("--cpu-period", str(PERIOD), "--cpu-quota", str(int(cpus * PERIOD)))
    nano = container.state().host.get("NanoCpus")
    try:
        container.call("update", *(("--cpus", f"{cpus:g}") if nano else quota))
    except EngineError as error:
        raise NotJudged(f"a running container's CPU cannot be limited: {error}") from None


def unthrottle(container: Container, before: Mapping[str, Any]) -> None:
    """Give back the CPU limit that it had; ``before`` is its HostConfig of then."""
    if before.get("NanoCpus"):
        container.call("update", "--cpus", f"{before['NanoCpus'] / 1e9:g}")
        return
    period, quota = before.get("CpuPeriod") or PERIOD, before.get("CpuQuota") or -1
    container.call("update", "--cpu-period", str(period), f"--cpu-quota={quota}")
