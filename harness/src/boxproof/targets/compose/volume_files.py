"""Files laid on volumes before the server on them starts for the first time."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from boxproof.core.errors import EngineError
from boxproof.targets.compose import bound_copies, engine
from boxproof.targets.compose.container import Container
from boxproof.targets.compose.executor import FINISH_SECONDS, Executor
from boxproof.targets.compose.project import Project

#: What compose may take to pull what is missing, and to make the containers and their volumes.
CREATE_SECONDS = 600.0
#: Copied files belong to root; the service's user, whoever that is, must be able to write them.
MODE = 0o666


class VolumeFiles:
    """What the volumes of one deployment hold before its server starts for the first time."""

    def __init__(
        self, project: Project, executor: Executor, container: Container, service: str
    ) -> None:
        self._project = project
        self._executor = executor
        self._container = container
        self._service = service

    def lay(self) -> None:
        """Lay them on volumes that nothing has been started on yet.

        Raises:
            EngineError: a file is not there, or the engine refused; the service had no part in it.
        """
        files, bound = self._project.files, self._project.bound
        if not files and not bound:
            return
        create_containers(self._executor)
        self._lay_bound(bound)
        if files:
            self._container.find(self._project.name, self._service)
            seed(self._container, self._project.data_mount, files)

    def empty_data(self) -> None:
        """Remove the data volume, and have it start as it did where it stands for a folder."""
        data_volume = self._project.data_volume
        engine.docker("volume", "rm", data_volume)
        bound = {
            name: volume for name, volume in self._project.bound.items() if volume == data_volume
        }
        if bound:
            create_containers(self._executor)
            self._lay_bound(bound)

    def _lay_bound(self, volumes: Mapping[str, str]) -> None:
        """Lay what they start with on volumes in the place of bound folders and files."""
        if volumes:
            service = self._project.service
            image, labels = service["image"], service.get("labels", {})
            bound_copies.lay(self._project.archive, volumes, image, labels)


def create_containers(executor: Executor) -> None:
    """Make the containers and their volumes without starting anything.

    Raises:
        EngineError: the engine could not; the service had no part in it.
    """
    executor.execute(
        "create --no-build", limit_seconds=CREATE_SECONDS, finish_seconds=FINISH_SECONDS
    )


def seed(container: Container, data_mount: str, files: Mapping[str, Path]) -> None:
    """Copy files to where the data volume of a container that was made is mounted.

    Raises:
        EngineError: a file is not there.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, source in files.items():
            copy = Path(folder) / "file"
            try:
                shutil.copyfile(source, copy)
            except OSError as error:
                raise EngineError(f"{source}: cannot be copied: {error.strerror}") from None
            copy.chmod(MODE)
            engine.docker("cp", str(copy), f"{container.name}:{data_mount.rstrip('/')}/{name}")
