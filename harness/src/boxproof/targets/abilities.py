"""The abilities that some deployments have beyond HTTP, and the one way to ask for them.

A clause, a fault or a scenario names the abilities that it needs. :meth:`Target.offers` says
whether they are there, and :meth:`Deployment.ability` gives what has them: nobody asks a deployment
for its class, so that one deployment can stand in front of another.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.journal.entries import Sampled
from boxproof.probes.start_watch import Startup
from boxproof.targets.base import Exit, Kept, Target

A = TypeVar("A")

#: What a target can do that has an ability: the end of a sentence that begins "it can".
_PHRASES: dict[type, str] = {}


def ability(phrase: str) -> Callable[[type[A]], type[A]]:
    """Declare a protocol to be an ability; ``phrase`` ends a sentence that begins "it can"."""

    def declare(protocol: type[A]) -> type[A]:
        _PHRASES[protocol] = phrase
        return protocol

    return declare


def phrase(wanted: type) -> str:
    """What can be done with an ability, such as ``pause the server``."""
    return _PHRASES.get(wanted, wanted.__name__)


def every() -> tuple[type, ...]:
    """All abilities, in the order in which they are declared."""
    return tuple(_PHRASES)


def provide(implementation: object, wanted: type[A], target: str) -> A:
    """An object as one of its abilities; what :meth:`Deployment.ability` is made of.

    Raises:
        NotJudged: it lacks the ability.
    """
    if isinstance(implementation, wanted):
        return implementation
    raise lacking(target, (wanted,))


def check_offered(target: Target, needs: Iterable[type]) -> None:
    """See that a target has every one of these abilities.

    Raises:
        NotJudged: it lacks some; the reason names them all.
    """
    missing = [each for each in needs if not target.offers(each)]
    if missing:
        raise lacking(target.name, missing)


def check_permitted(target: Target, effect: Effect) -> None:
    """See that judging may do this to a deployment of the target.

    Raises:
        NotJudged: it may not.
    """
    if effect in target.effects:
        return
    if effect is Effect.WRITES:
        raise NotJudged("judging it writes to the service, which takes --allow-writes")
    raise NotJudged(f"judging it {effect} the service, which the {target.name} target never does")


def lacking(target: str, missing: Iterable[type]) -> NotJudged:
    """What says that a target lacks abilities."""
    return NotJudged(f"the {target} target cannot {' or '.join(phrase(each) for each in missing)}")


@dataclass(frozen=True, slots=True)
class Process:
    """A process inside the target, as the target's own pid namespace numbers it."""

    pid: int
    parent: int
    uid: int
    command: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log; ``at`` is when it was written, on the journal's clock."""

    at: float
    text: str


@ability("read the log")
@runtime_checkable
class ReadsLogs(Protocol):
    """Reads what the service wrote to standard output and standard error."""

    def logs(self) -> str:
        """Everything that its server wrote so far, across restarts of this deployment."""


@ability("stop and start the server")
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


@ability("wait for the server's exit")
@runtime_checkable
class WaitsForExit(Protocol):
    """Waits for a server that ends by itself, or by a signal to one of its processes."""

    def ended(self, limit_seconds: float) -> Exit | None:
        """How it ended, once it has; ``seconds`` count from this call. None at the limit."""


@ability("send SIGKILL to the server")
@runtime_checkable
class Kills(Protocol):
    """Ends the server, all of its processes, with SIGKILL.

    What it had written and not fsynced is kept by the kernel; :class:`LosesPower` takes that, too.
    """

    def kill(self) -> Exit:
        """Kill it and wait until it is gone; :meth:`Restarts.start` brings it back."""


@ability("pause the server")
@runtime_checkable
class Pauses(Protocol):
    """Stops every process where it stands, and lets them go on."""

    def pause(self) -> None:
        """Freeze it: connections are taken by the kernel, and nobody answers."""

    def resume(self) -> None:
        """Let it go on; safe to call where it is not paused."""


@ability("inspect the server's processes")
@runtime_checkable
class InspectsProcesses(Protocol):
    """Looks at the server's processes and signals them."""

    def processes(self) -> tuple[Process, ...]:
        """All of them, the observer's own left out.

        Raises:
            HasEnded: the container that they were in does not run.
        """

    def first_process(self) -> int:
        """The id of the one that was started first, which alone gets an engine's stop signal."""

    def signal_process(self, pid: int, signal: int) -> None:
        """Send a signal to one of these processes.

        Raises:
            ProcessLookupError: it is not one of them, or has ended.
        """


@ability("measure what the server uses")
@runtime_checkable
class SamplesUsage(Protocol):
    """Knows what the server's processes use at a moment."""

    def sample(self) -> Sampled | None:
        """What they use now; None while there is no server. Any thread may ask."""


@ability("recreate the container")
@runtime_checkable
class RecreatesContainer(Protocol):
    """Makes a new container, on the same data volume or on a fresh one."""

    def recreate(self, *, keep_volume: bool) -> Startup:
        """Remove the container, make a new one and wait until it is ready.

        Raises:
            BootFailed: it did not become ready.
        """


@ability("share the data volume")
@runtime_checkable
class SharesVolume(Protocol):
    """Lends its data volume to another deployment; see :attr:`Variant.shares`."""

    def shared_volume(self) -> str:
        """The name by which its target mounts the volume once more.

        Raises:
            NotJudged: the data does not lie on a volume that two containers could share.
        """


@ability("simulate a power loss")
@runtime_checkable
class LosesPower(Protocol):
    """Loses the power under a deployment that was booted with :attr:`Variant.forgets`.

    :class:`Kills` leaves the kernel's page cache whole: what was written and never fsynced is there
    after a SIGKILL. Here it is not.
    """

    def lose_power(self) -> Exit:
        """Kill it and forget what it did not fsync; :meth:`Restarts.start` brings it back.

        Raises:
            NotJudged: this deployment's data lies where nothing is forgotten.
        """

    def written_bytes(self) -> int:
        """What was written, since it was booted, to the data that it forgets.

        Raises:
            NotJudged: this deployment's data lies where nothing is forgotten.
        """


@ability("fill the data volume")
@runtime_checkable
class FillsVolume(Protocol):
    """Fills the data volume of a deployment that was booted with :attr:`Variant.data_bytes`, or
    with :attr:`Variant.forgets`.
    """

    def fill_data(self) -> None:
        """Fill it to the brim, and keep it full, from beside the server.

        Raises:
            NotJudged: this deployment's data volume has no size of its own.
        """

    def free_data(self) -> None:
        """Give the room back; safe to call where nothing was filled."""


@ability("mount the data volume read-only")
@runtime_checkable
class MountsReadOnly(Protocol):
    """Makes a new container that may not write to its data volume."""

    def recreate_read_only(self) -> Exit | None:
        """Remove the container and make one with the volume read-only.

        Returns how it ended; None when it became ready, or still ran after
        ``limits.refuse_seconds``. :meth:`Volume.recreate` brings the old state back.
        """


@ability("run scripts beside the server")
@runtime_checkable
class RunsScripts(Protocol):
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


@ability("exhaust the server's memory")
@runtime_checkable
class ExhaustsMemory(Protocol):
    """Limits the memory of a running server and uses it up, until the kernel ends the server."""

    def exhaust_memory(self) -> Exit:
        """Have it ended for lack of memory; :meth:`Restarts.start` brings it back, unlimited.

        Raises:
            NotJudged: no such limit can be set, or nothing was ended; it runs as before.
        """


@ability("throttle the CPU of a running server")
@runtime_checkable
class ThrottlesCpu(Protocol):
    """Changes the CPU limit of a running server."""

    def throttle(self, cpus: float) -> None:
        """Let it have so many cores.

        Raises:
            NotJudged: the engine cannot limit what runs already.
        """

    def unthrottle(self) -> None:
        """Give back the limit that it had, or none; safe to call at any time."""


@ability("limit CPUs")
@runtime_checkable
class LimitsCpu(Protocol):
    """Runs under CPU limits of the engine; see :attr:`Variant.cpus`."""

    def cpu_limit(self) -> float | None:
        """The CPU limit in cores that is in force, None without one."""


class Neighbour(Protocol):
    """A service beside the judged one, which can be taken away from it and given back."""

    def kill(self) -> None:
        """End all of its processes with SIGKILL; :meth:`start` brings it back."""

    def stop(self) -> None:
        """Send its stop signal and wait until it has ended; :meth:`start` brings it back."""

    def start(self) -> None:
        """Start it again on its own data, and wait until it is healthy, where it says so itself.

        Raises:
            EngineError: it did not come back, for which the judged service is not to blame.
        """

    def pause(self) -> None:
        """Freeze it: connections to it are taken by the kernel, and nobody answers."""

    def resume(self) -> None:
        """Let it go on; safe to call where it is not paused."""

    def cut_off(self) -> None:
        """Take it off all of its networks: nothing reaches it, and its name is not known.

        Raises:
            NotJudged: it has no network of its own.
        """

    def reconnect(self) -> None:
        """Put it on them again, under its names; safe to call where it was not cut off."""

    def lines(self) -> tuple[Line, ...]:
        """Its log so far, in the order of time."""


@ability("harm the services beside it")
@runtime_checkable
class HarmsNeighbours(Protocol):
    """Takes services of the same compose file away, and gives them back."""

    def neighbour(self, name: str) -> Neighbour:
        """The service of that name."""


@dataclass(frozen=True, slots=True)
class Image:
    """What whoever has an image reads of it, without running it.

    Attributes:
        id: what the engine knows it by.
        environment: the variables that its containers start with, each as ``NAME=value``.
        history: what each step of its build ran, build arguments included.
    """

    id: str
    environment: tuple[str, ...]
    labels: Mapping[str, str]
    history: tuple[str, ...]


@ability("inspect the image")
@runtime_checkable
class InspectsImage(Protocol):
    """Knows the image and how its container is run."""

    def read_only_root(self) -> bool:
        """Whether the container runs with a read-only root file system."""

    def stop_grace_seconds(self) -> float:
        """What production's engine waits between the stop signal and SIGKILL."""

    def health_said(self) -> tuple[str, ...]:
        """What the container's own HEALTHCHECK said since its start, such as ``healthy``."""

    def image(self) -> Image:
        """The image that the container was made from."""


@ability("run a shell in the container")
@runtime_checkable
class RunsShell(Protocol):
    """Runs scripts inside, as the service's own user."""

    def shell(self, script: str) -> str:
        """The standard output of a ``sh`` script.

        Raises:
            NotJudged: the image has no shell.
        """


@ability("tell when the service wrote each line of its log")
@runtime_checkable
class TimesLogs(Protocol):
    """Knows when the service wrote what."""

    def lines(self) -> tuple[Line, ...]:
        """Its log so far, across restarts of this deployment, in the order of time."""


@ability("leave the service standing after the run")
@runtime_checkable
class OutlivesRun(Protocol):
    """Can stay when its run has ended."""

    def keep(self) -> Kept:
        """Have :meth:`Deployment.close` remove nothing of it from now on; how to look into it."""
