"""Building the images, seen while it happens, and what older builds leave."""

import contextlib
import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from boxproof.core.errors import BootFailed, EngineError
from boxproof.targets.abilities import Image
from boxproof.targets.compose import engine
from boxproof.targets.compose.executor import CommandFailed, Executor
from boxproof.targets.reaper import IMAGE_LABEL
from boxproof.targets.run_lock import live_runs

#: A build step begins with such a line: ``#9 [dependencies 2/5] RUN …``.
STEP = re.compile(r"#\d+ (\[(?![^\]]*\b(?:internal|auth)\]).*)")
#: What a running step says, with the seconds that it runs: ``#9 12.3 Collecting torch``.
CHATTER = re.compile(r"#\d+ \d+\.\d+ (.*\S)")
CHATTER_SECONDS = 5.0
#: What a build says when its registry does not give it the image that it starts from: that is no
#: fault of the service's.
UNREACHED = re.compile(
    r"failed to resolve source metadata|pull access denied|failed to do request|failed to authorize"
)
LINE_CHARACTERS = 110


def build(
    executor: Executor, names: Mapping[str, str], root: Path, say: Callable[[str], None]
) -> dict[str, str]:
    """Build the services ``names`` (service = image name); returns service = image id.

    Builds of the project in ``root`` are made one after another, so that a name still means the
    image that was just built when its id is read.

    Raises:
        BootFailed: the build failed; ``log`` holds all that it said.
        EngineError: what it starts from could not be had.
    """
    with _alone(root, say):
        try:
            executor.execute(f"build {' '.join(names)}", heard=Progress(say))
        except CommandFailed as error:
            if UNREACHED.search(error.output):
                raise EngineError(f"the image could not be built: {error}") from None
            raise BootFailed(f"the image could not be built: {error}", log=error.output) from None
        return {service: image_id(name) for service, name in names.items()}


def pull(executor: Executor, service: str, name: str, say: Callable[[str], None]) -> str:
    """The id of a ready-made image, pulled where it is not there yet.

    Raises:
        EngineError: it cannot be pulled.
    """
    with contextlib.suppress(EngineError):
        return image_id(name)
    say(f"pulling {name} …")
    try:
        executor.execute(f"pull {service}")
        return image_id(name)
    except CommandFailed as error:
        raise EngineError(f"{name}: the image cannot be pulled: {error}") from None


def image_id(name: str) -> str:
    """The id of an image of this engine.

    Raises:
        EngineError: it is not there.
    """
    return engine.docker("image", "inspect", "--format", "{{.Id}}", name).strip()


def inspected(id: str) -> Image:
    """What can be read of an image.

    Raises:
        EngineError: it is not there.
    """
    config = json.loads(engine.docker("image", "inspect", "--format", "{{json .Config}}", id))
    steps = engine.docker("history", "--no-trunc", "--format", "{{json .CreatedBy}}", id)
    return Image(
        id,
        tuple(config.get("Env") or ()),
        config.get("Labels") or {},
        tuple(json.loads(each) for each in steps.splitlines()),
    )


def prune(key: str, run_id: str) -> None:
    """Remove the project's older builds that lost their name, unless another run may use them."""
    if live_runs() == [run_id]:
        engine.attempt("image", "prune", "--force", "--filter", f"label={IMAGE_LABEL}={key}")


class Progress:
    """Turns a build's output into a few lines: each step, and now and then what it is doing."""

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._said_at = clock()
        self._steps: set[str] = set()

    def __call__(self, line: str) -> None:
        """Hear one line of BuildKit's plain progress."""
        if (step := STEP.match(line)) and step[1] not in self._steps:
            self._steps.add(step[1])
            self._show(step[1])
        elif (said := CHATTER.match(line)) and self._clock() - self._said_at > CHATTER_SECONDS:
            self._show(f"  {said[1]}")

    def _show(self, line: str) -> None:
        self._said_at = self._clock()
        cut = line if len(line) <= LINE_CHARACTERS else f"{line[: LINE_CHARACTERS - 1]}…"
        self._say(f"build: {cut}")


@contextlib.contextmanager
def _alone(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the project's folder locked; the kernel drops the lock when this process ends."""
    lock = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run builds this project; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            say(f"{root} cannot be locked; do not begin another run there before this one is built")
        yield
    finally:
        os.close(lock)


def names(document: Mapping[str, Any]) -> dict[str, str]:
    """The services of a test compose document that are built, and how their images are named."""
    return {
        name: service["image"]
        for name, service in document["services"].items()
        if "build" in service
    }
