"""A forgetful disk under a container, where the engine's containers can see this machine's mounts.

They cannot where the engine runs elsewhere: over a network, in docker-in-docker, in the virtual
machine of Docker Desktop.
"""

from collections.abc import Mapping
from pathlib import Path

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.compose.engine import Engine
from boxproof.targets.lossy_disk.disk import Disk, missing
from boxproof.targets.run_lock import Run

#: Where a container that is never started is shown the disk, and what it should find there.
PLACE = "/boxproof"
TOKEN = "token"


def make(folder: Path, run: Run, where: Engine, image: str) -> Disk:
    """Mount a disk at ``folder`` and make sure that a container of ``image`` sees it.

    Raises:
        NotJudged: this machine or its engine cannot; says what is missing.
    """
    if where.remote:
        raise NotJudged(f"the engine at {where.endpoint} does not see this machine's mounts")
    if lacking := missing():
        raise NotJudged(f"no power loss here: {lacking}")
    try:
        disk = Disk(folder, run)
    except EngineError as error:
        raise NotJudged(f"no power loss here: {error}") from None
    try:
        _check_seen(disk, run.id, run.labels, image)
    except BaseException:
        disk.close()
        raise
    return disk


def _check_seen(disk: Disk, word: str, labels: Mapping[str, str], image: str) -> None:
    """Read a file of the disk through a container that is made and never started."""
    token = disk.folder / TOKEN
    token.write_text(word)
    options = [f"--label={name}={value}" for name, value in labels.items()]
    mount = f"--mount=type=bind,source={disk.folder},target={PLACE},readonly"
    # The command is never run; an image without one would be refused.
    made = engine.attempt("create", *options, mount, "--network=none", image, "none")
    name = made.stdout.strip()
    try:
        seen = engine.attempt("cp", f"{name}:{PLACE}/{TOKEN}", "-") if name else made
    finally:
        if name:
            engine.attempt("rm", "--force", "--volumes", name)
    token.unlink()
    if word not in seen.stdout:
        said = engine.last_line(seen.stderr) if seen.returncode else "an empty folder"
        raise NotJudged(f"the engine's containers do not see this machine's FUSE mounts: {said}")
