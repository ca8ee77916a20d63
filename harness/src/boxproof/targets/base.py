"""What every target and deployment is; ``abilities`` holds what some can do beyond it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from boxproof.core.effects import Effect
from boxproof.endpoint import Endpoint
from boxproof.probes.start_watch import Startup

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Variant:
    """How one boot differs from the test compose file.

    Attributes:
        label: what progress lines call it, such as ``WORKERS=max``.
        environment: variables set over those of the test compose file.
        cpus: CPU limit in cores; needs ``LimitsCpu``.
        volume: False leaves the data volume away (a fresh, unkept one).
        forgets: its data lies on a file system that can forget what was not fsynced; needs
            ``LosesPower``.
        files: files that lie on its data volume, by their name there, before its server starts for
            the first time; needs ``RecreatesContainer``.
        shares: another deployment whose data volume it mounts instead of one of its own; needs
            ``SharesVolume``.
        data_bytes: its data volume is a tmpfs of this size; 0 keeps the volume; needs
            ``FillsVolume``.
        shm_bytes: the size of ``/dev/shm`` inside; 0 keeps what it has.
        read_only_root: True gives it a read-only root file system; needs ``InspectsImage``.
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
    read_only_root: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """What all deployments of a target share: the engine's machine, or this one.

    Attributes:
        id: the same for every run that works there, and fit for a file name.
        cpus: its processors.
        memory_bytes: its memory; 0 where that is not known.
    """

    id: str
    cpus: int
    memory_bytes: int = 0


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
class Kept:
    """A deployment that stays when its run has ended.

    Attributes:
        looks: how to look into it, by what is looked at: addresses, commands, files.
        paths: what it goes on using below the run's folder.
        process: the leader of its process group on this machine; 0 for none.
    """

    looks: Mapping[str, str]
    paths: tuple[Path, ...] = ()
    process: int = 0


class Deployment(Protocol):
    """One booted service."""

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers; asked again after every start."""

    @property
    def startup(self) -> Startup:
        """The record of its latest start.

        Raises:
            NotJudged: it ran before, and nobody saw it start.
        """

    def ability(self, wanted: type[A]) -> A:
        """Give it, or what acts for it, as one of the protocols of ``targets.abilities``.

        Raises:
            NotJudged: it lacks the ability.
        """

    def close(self) -> None:
        """Remove it with all that belongs to it; safe to call twice and in any state."""


class Target(Protocol):
    """A place that boots deployments.

    Attributes:
        effects: what judging may do to its deployments.
        neighbours: the services that run beside the judged one and are taken away in turn.
    """

    name: str
    effects: frozenset[Effect]
    neighbours: tuple[str, ...]

    def offers(self, wanted: type) -> bool:
        """Whether its deployments have an ability, a protocol of ``targets.abilities``."""

    def prepare(self) -> None:
        """Build the image, or whatever comes once before the first boot.

        Raises:
            BootFailed: it failed; ``log`` holds its output.
        """

    def host(self) -> Host:
        """Where its deployments run."""

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
