"""What every target is, and the abilities that some have beyond HTTP.

A clause names the abilities that it needs; a target offers what it has. Each ability is a small
protocol that the target's deployments implement.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from boxproof.endpoint import Endpoint
from boxproof.probes.startup import Startup


@dataclass(frozen=True, slots=True)
class Variant:
    """How one boot differs from the test compose file.

    Attributes:
        label: what progress lines call it, such as ``WORKERS=max``.
        environment: variables set over those of the test compose file.
        cpus: CPU limit in cores; needs :class:`Limits`.
        volume: False leaves the data volume away (a fresh, unkept one); needs :class:`Volume`.
        forgets: its data lies on a file system that can forget what was not fsynced; needs
            :class:`PowerLoss`.
        files: files that lie on its data volume, by their name there, before its server starts for
            the first time; needs :class:`Volume`.
        shares: another deployment whose data volume it mounts instead of one of its own; needs
            :class:`Volume`.
        data_bytes: its data volume is a tmpfs of this size; 0 keeps the volume; needs
            :class:`Fills`.
        shm_bytes: the size of ``/dev/shm`` inside; 0 keeps what it has.
    """

    label: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    cpus: float | None = None
    volume: bool = True
    forgets: bool = False
    files: Mapping[str, Path] = field(default_factory=dict)
    shares: "Deployment | None" = None
    data_bytes: int = 0
    shm_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Exit:
    """How a server process ended: its exit code, and the seconds from the order until then.

    ``code`` is 128 + n for a process that signal n ended, as engines and shells say it.
    """

    code: int
    seconds: float
    oom_killed: bool = False
    log: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A process inside the target, as the target's own pid namespace numbers it."""

    pid: int
    parent: int
    uid: int
    command: str


class Deployment(Protocol):
    """One booted service."""

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers; asked again after every start."""

    @property
    def startup(self) -> Startup:
        """The record of its latest start."""

    def close(self) -> None:
        """Remove it with all that belongs to it; safe to call twice and in any state."""


class Target(Protocol):
    """A place that boots deployments."""

    name: str
    abilities: frozenset[type]

    def prepare(self) -> None:
        """Build the image, or whatever comes once before the first boot.

        Raises:
            BootFailed: it failed; ``log`` holds its output.
        """

    def facts(self) -> dict[str, str]:
        """What a report says of it once it is prepared: engine, image id, image name, …"""

    def boot(self, variant: Variant) -> Deployment:
        """Boot one more deployment, independent of all others, and wait until it is ready.

        Raises:
            BootFailed: it ended, or was not ready within ``limits.boot_seconds``.
        """

    def boot_to_exit(self, variant: Variant) -> Exit | None:
        """Boot what is expected to refuse; None when it became ready, or still ran at the limit.

        Nothing of it is left behind either way.
        """

    def close(self) -> None:
        """Remove every deployment that is left; safe to call twice."""


@runtime_checkable
class Logs(Protocol):
    """Reads what the service wrote to standard output and standard error."""

    def logs(self) -> str:
        """Everything that its server wrote so far, across restarts of this deployment."""


@runtime_checkable
class Restarts(Protocol):
    """Stops the server with SIGTERM and starts it again."""

    def stop(self) -> Exit:
        """Send SIGTERM and wait until it ended; killed after ``limits.stop_seconds``."""

    def start(self) -> Startup:
        """Start it again on the same data and wait until it is ready.

        Raises:
            BootFailed: it did not become ready.
        """


@runtime_checkable
class Ends(Protocol):
    """Waits for a server that ends by itself, or by a signal to one of its processes."""

    def ended(self, limit_seconds: float) -> Exit | None:
        """How it ended, once it has; ``seconds`` count from this call. None at the limit."""


@runtime_checkable
class Kills(Protocol):
    """Ends the server, all of its processes, with SIGKILL.

    What it had written and not fsynced is kept by the kernel; :class:`PowerLoss` takes that, too.
    """

    def kill(self) -> Exit:
        """Kill it and wait until it is gone; :meth:`Restarts.start` brings it back."""


@runtime_checkable
class Pauses(Protocol):
    """Stops every process where it stands, and lets them go on."""

    def pause(self) -> None:
        """Freeze it: connections are taken by the kernel, and nobody answers."""

    def resume(self) -> None:
        """Let it go on; safe to call where it is not paused."""


@runtime_checkable
class Processes(Protocol):
    """Looks at the processes inside and signals them."""

    def processes(self) -> tuple[Process, ...]:
        """Every process inside, the observer's own left out."""

    def signal_process(self, pid: int, signal: int) -> None:
        """Send a signal to one process inside."""


@runtime_checkable
class Volume(Protocol):
    """Makes a new container, on the same data volume or on a fresh one."""

    def recreate(self, *, keep_volume: bool) -> Startup:
        """Remove the container, make a new one and wait until it is ready.

        Raises:
            BootFailed: it did not become ready.
        """


@runtime_checkable
class PowerLoss(Protocol):
    """Loses the power under a deployment that was booted with :attr:`Variant.forgets`.

    :class:`Kills` leaves the kernel's page cache whole: what was written and never fsynced is there
    after a SIGKILL. Here it is not.
    """

    def lose_power(self) -> Exit:
        """Kill it and forget what it did not fsync; :meth:`Restarts.start` brings it back.

        Raises:
            NotJudged: this deployment's data lies where nothing is forgotten.
        """


@runtime_checkable
class Fills(Protocol):
    """Fills the data volume of a deployment that was booted with :attr:`Variant.data_bytes`."""

    def fill_data(self) -> None:
        """Fill it to the brim, and keep it full, from beside the server.

        Raises:
            NotJudged: this deployment's data volume has no size of its own.
        """

    def free_data(self) -> None:
        """Give the room back; safe to call where nothing was filled."""


@runtime_checkable
class ReadOnlyData(Protocol):
    """Makes a new container that may not write to its data volume."""

    def recreate_read_only(self) -> Exit | None:
        """Remove the container and make one with the volume read-only.

        Returns how it ended; None when it became ready, or still ran after
        ``limits.refuse_seconds``. :meth:`Volume.recreate` brings the old state back.
        """


@runtime_checkable
class Scripts(Protocol):
    """Runs Python of the image's own beside the server, on the same files."""

    def run_script(self, source: str, *arguments: str) -> str:
        """Run a program to its end; what it wrote to standard output.

        Raises:
            NotJudged: the image has no Python, or the program failed.
        """

    def held_script(self, source: str, *arguments: str) -> AbstractContextManager[None]:
        """Run a program for the length of a block, which begins with its first line of output.

        Its standard input ends with the block, or with this process, and so must it.

        Raises:
            NotJudged: the image has no Python, or the program ended without a line.
        """


@runtime_checkable
class Exhausts(Protocol):
    """Limits the memory of a running server and uses it up, until the kernel ends the server."""

    def exhaust_memory(self) -> Exit:
        """Have it ended for lack of memory; :meth:`Restarts.start` brings it back, unlimited.

        Raises:
            NotJudged: no such limit can be set, or nothing was ended; it runs as before.
        """


@runtime_checkable
class Throttles(Protocol):
    """Changes the CPU limit of a running server."""

    def throttle(self, cpus: float) -> None:
        """Let it have so many cores.

        Raises:
            NotJudged: the engine cannot limit what runs already.
        """

    def unthrottle(self) -> None:
        """Give back the limit that it had, or none; safe to call at any time."""


@runtime_checkable
class Limits(Protocol):
    """Scheduler under limits of the engine; see :attr:`Variant.cpus`."""

    def cpu_limit(self) -> float | None:
        """The CPU limit in cores that is in force, None without one."""


@runtime_checkable
class Image(Protocol):
    """Knows the image and how its container is run."""

    def read_only_root(self) -> bool:
        """Whether the container runs with a read-only root file system."""

    def stop_grace_seconds(self) -> float:
        """What production's engine waits between the stop signal and SIGKILL."""

    def health_said(self) -> tuple[str, ...]:
        """What the container's own HEALTHCHECK said since its start, such as ``healthy``."""


@runtime_checkable
class Shell(Protocol):
    """Runs scripts inside, as the service's own user."""

    def shell(self, script: str) -> str:
        """The standard output of a ``sh`` script.

        Raises:
            NotJudged: the image has no shell.
        """


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log; ``seconds`` after the order to start."""

    seconds: float
    text: str


@runtime_checkable
class Timed(Protocol):
    """Knows when the engine did what in the latest start."""

    def began_seconds(self) -> float:
        """From the order to start until the first process ran."""

    def lines(self) -> tuple[Line, ...]:
        """The log since the latest start."""
