"""Files laid on a data volume before its server starts for the first time."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from boxproof.core.errors import BootFailed
from boxproof.targets.compose import engine
from boxproof.targets.compose.container import Container
from boxproof.targets.compose.executor import CommandFailed, Executor

#: What compose may take to make the containers and their volumes.
CREATE_SECONDS = 120.0
#: Copied files belong to root; the service's user, whoever that is, must be able to write them.
MODE = 0o666


def create(executor: Executor, container: Container) -> None:
    """Make the containers and their volumes without starting anything.

    Raises:
        BootFailed: the engine could not.
    """
    try:
        executor.execute("create --no-build", limit_seconds=CREATE_SECONDS)
    except CommandFailed as error:
        raise container.failure(str(error), error.output) from None


def seed(container: Container, data_mount: str, files: Mapping[str, Path]) -> None:
    """Copy files to where the data volume of a container that was made is mounted.

    Raises:
        BootFailed: a file is not there.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, source in files.items():
            copy = Path(folder) / "file"
            try:
                shutil.copyfile(source, copy)
            except OSError as error:
                raise BootFailed(f"{source}: cannot be copied: {error.strerror}") from None
            copy.chmod(MODE)
            engine.docker("cp", str(copy), f"{container.name}:{data_mount.rstrip('/')}/{name}")
