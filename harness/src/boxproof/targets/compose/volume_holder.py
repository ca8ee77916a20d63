"""A container beside the judged one that holds its data volume, seeds it, and fills it.

A tmpfs volume lives while a container holds it (https://docs.docker.com/engine/storage/tmpfs/):
without the holder, whatever ends the judged container would take its records.
"""

from collections.abc import Mapping

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.compose.container import Container

#: Enough for any volume that a test may fill.
FILL_SECONDS = 60.0
PLACE = "/boxproof"
FILL = f"{PLACE}/.boxproof-fill"
#: Where the holder is told to give the room back.
FREE = "/run/boxproof-free"

#: The engine does so with every new volume, and loses it where that is a tmpfs: nothing mounts it
#: between the making of a container and its start
#: (https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container).
COPY = 'if [ -d "$0" ]; then cp -a "$0/." "$1/"; fi'
#: Ends when there is no room; the status says nothing.
FILL_ONCE = f"cat /dev/zero >>{FILL}"
#: The server frees room as well (SQLite resets its log): what it frees is filled again.
KEEP_FULL = (
    f"while [ ! -e {FREE} ]; do {FILL_ONCE}; sleep 0.1; done 2>/dev/null; rm -f {FILL} {FREE}"
)
GIVE_BACK = f"touch {FREE}; while [ -e {FREE} ]; do sleep 0.02; done"
NO_ROOM = "no space left"


class Holder:
    """Runs from the judged image, as root, so that it may write whoever owns the volume.

    Raises:
        NotJudged: the image has no shell.
        EngineError: the engine could not start it.
    """

    def __init__(self, project: str, image: str, volume: str, labels: Mapping[str, str]) -> None:
        self._full = False
        done = engine.attempt(
            *("run", "--detach", "--name", f"{project}-holder"),
            *(f"--label={name}={value}" for name, value in labels.items()),
            *("--user", "0:0", "--network", "none", "--no-healthcheck"),
            *("--read-only", "--tmpfs", "/run"),
            *("--volume", f"{volume}:{PLACE}", "--entrypoint", "sh"),
            *(image, "-c", "exec tail -f /dev/null"),
        )
        if done.returncode == 127:
            raise NotJudged("the image has no shell to hold its data volume with")
        if done.returncode != 0:
            raise EngineError(f"docker run: {engine.last_line(done.stderr)}")
        self.container = Container(done.stdout.strip())

    def copy_from_image(self, data_mount: str) -> None:
        """Have the volume begin with what the image has where it is mounted.

        Raises:
            NotJudged: that does not fit.
        """
        done = engine.attempt(
            *("exec", self.container.name, "sh", "-c", COPY, data_mount, PLACE),
            limit_seconds=FILL_SECONDS,
        )
        if done.returncode != 0:
            why = engine.last_line(done.stderr)
            raise NotJudged(f"a data volume of a size cannot begin as the image has it: {why}")

    def fill(self) -> None:
        """Fill the volume to the brim, and keep it full.

        Raises:
            EngineError: something else than its end stopped that.
        """
        done = engine.attempt(
            *("exec", self.container.name, "sh", "-c", FILL_ONCE), limit_seconds=FILL_SECONDS
        )
        if NO_ROOM not in done.stderr.lower():
            self.container.execute("rm", "-f", FILL)
            raise EngineError(f"the data volume was not filled: {engine.last_line(done.stderr)}")
        engine.docker("exec", "--detach", self.container.name, "sh", "-c", KEEP_FULL)
        self._full = True

    def free(self) -> None:
        """Give the room back, where it was filled; it is there when this returns."""
        if self._full:
            self._full = False
            self.container.execute("sh", "-c", GIVE_BACK)

    def remove(self) -> None:
        """Remove it, and with it a tmpfs volume that nothing else holds."""
        engine.attempt("rm", "--force", "--volumes", self.container.name)
