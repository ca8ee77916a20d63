"""Files laid on a data volume before its server starts for the first time."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.compose.container import Container
from boxproof.targets.compose.executor import Executor

#: What compose may take to pull what is missing, and to make the containers and their volumes.
CREATE_SECONDS = 600.0
#: Copied files belong to root; the service's user, whoever that is, must be able to write them.
MODE = 0o666


def create(executor: Executor, finish_seconds: float = 0.0) -> None:
    """Make the containers and their volumes without starting anything.

    Args:
        finish_seconds: what it gets to come to its end when it is interrupted.

    Raises:
        EngineError: the engine could not; the service had no part in it.
    """
    executor.execute(
        "create --no-build", limit_seconds=CREATE_SECONDS, finish_seconds=finish_seconds
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
