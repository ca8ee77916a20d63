"""What one test compose document is made for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """What enters an image build beside what the compose file says: absolute paths that exist."""

    secrets: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one test compose document differs from production, beyond what ``boxproof.toml`` says.

    Attributes:
        project: the compose project; prefixes the names of networks and volumes.
        labels: set on every container, network and volume.
        bind_address: the host's address that ports are published on, with a port of the engine's.
        images: images to run, by service, instead of building or pulling.
        model_source: replaces what is mounted at ``service.model_mount``; empty keeps it.
        build: what enters the build of the judged service.
        image_labels: set on every image that is built.
        image_name: how a built image of the judged service is named; empty keeps production's.
        environment: variables of the judged service, over all others.
        cpus: CPU limit of the judged service in cores; None keeps production's.
        volume: False gives the judged service a fresh tmpfs at ``service.data_mount``.
        data_folder: a folder of this machine to mount at ``service.data_mount`` instead of a
            volume.
        data_volume: a volume that the engine has already, to mount at ``service.data_mount``.
        data_bytes: the size of a tmpfs volume at ``service.data_mount``; 0 keeps the volume.
        data_read_only: whether the judged service may not write to what is mounted there.
        shm_bytes: the size of its ``/dev/shm``; 0 keeps production's.
        read_only_root: True gives the judged service a read-only root file system.
        files: what services bind and may write to that is a file: paths of the host.
        files_folder: where the copies of such files lie, named as their volumes would be; empty
            where the engine mounts a single file of a volume.
        uncopied: what cannot be copied and stays bound, where that is trusted: paths of the host.
        missing: what services bind, only read, and does not exist: paths of the host.
        trusted: whether the compose file may hand a container the host.
        engine_socket: the path of the socket of the engine in use; empty where it has none.
    """

    project: str
    labels: Mapping[str, str] = field(default_factory=dict)
    bind_address: str = "127.0.0.1"
    images: Mapping[str, str] = field(default_factory=dict)
    model_source: str = ""
    build: BuildInputs = field(default_factory=BuildInputs)
    image_labels: Mapping[str, str] = field(default_factory=dict)
    image_name: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    cpus: float | None = None
    volume: bool = True
    data_folder: str = ""
    data_volume: str = ""
    data_bytes: int = 0
    data_read_only: bool = False
    shm_bytes: int = 0
    read_only_root: bool = False
    files: frozenset[str] = frozenset()
    files_folder: str = ""
    uncopied: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    trusted: bool = False
    engine_socket: str = ""
