"""One compose project: its names on the engine, and what is written for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Project:
    """The compose project of one deployment.

    Attributes:
        name: what compose calls it.
        service: the judged service's part of the test compose document.
        port: the container's port that it listens on.
        host: the host part of the address that its port is published at.
        data_volume: the engine's name of its data volume; empty without one.
        label: what progress lines call it.
        files: what lies on the data volume before the first start, by its name there.
        data_mount: where that volume is mounted inside.
        capped: whether that volume is a tmpfs, which lives only while a container holds it.
        file: the test compose file.
        text: what stands in it.
        read_only_text: what stands in it while the data volume is read-only.
        archive: what the volumes in the place of bound folders and files start with.
        bound: those volumes, by their name in the document: the engine's name.
        mounted: what its containers mount of the run's folder.
        others: the services that run beside the judged one.
    """

    name: str
    service: Mapping[str, Any]
    port: int
    host: str
    data_volume: str
    label: str
    files: Mapping[str, Path] = field(default_factory=dict)
    data_mount: str = ""
    capped: bool = False
    file: Path = Path()
    text: str = ""
    read_only_text: str = ""
    archive: Path = Path()
    bound: Mapping[str, str] = field(default_factory=dict)
    mounted: tuple[Path, ...] = ()
    others: tuple[str, ...] = ()
