"""What a deployment can be short of: room on its volume, memory, CPU, the lock on its database."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause
from boxproof.targets.base import Exit
from boxproof.targets.compose import resource_limits, scripts
from boxproof.targets.compose.container import Container, Watcher
from boxproof.targets.compose.volume_holder import Holder
from boxproof.targets.lossy_disk.disk import Disk

#: How long a server may take to end once its memory is used up.
GONE_SECONDS = 10.0


class ResourceFaults:
    """The part of a compose deployment that does not start or stop it.

    ``_holder`` holds its data volume where that is a tmpfs, ``_disk`` is where it lies on one that
    forgets; ``_unthrottled`` is the HostConfig from before its CPU limit was changed.
    """

    container: Container
    _watcher: Watcher | None
    _disk: Disk | None
    _holder: Holder | None = None
    _unthrottled: Mapping[str, Any] | None = None

    def fill_data(self) -> None:
        """Fill its data volume to the brim, and keep it full.

        Raises:
            NotJudged: the volume has no size of its own.
        """
        volume = self._holder or self._disk
        if volume is None:
            raise NotJudged("this deployment was not booted on a data volume of a size")
        self._note("fill data volume")
        volume.fill()

    def free_data(self) -> None:
        """Give the room back."""
        self._note("free data volume")
        volume = self._holder or self._disk
        if volume is not None:
            volume.free()

    def run_script(self, source: str, *arguments: str) -> str:
        """Run a Python program inside to its end; what it wrote to standard output."""
        return scripts.run(self.container, source, *arguments)

    def held_script(self, source: str, *arguments: str) -> AbstractContextManager[None]:
        """Run a Python program inside for the length of a block."""
        return scripts.held(self.container, source, *arguments)

    def exhaust_memory(self) -> Exit:
        """Limit its memory and use it up until the kernel ends it; the limit is lifted again.

        Raises:
            NotJudged: no such limit can be set, or nothing was ended; it runs as before.
        """
        before = self.container.state().host
        limited = True
        try:
            try:
                limit_bytes = resource_limits.limit_memory(self.container)
            except NotJudged:
                limited = False
                raise
            self._note("use memory up", limit_bytes=limit_bytes)
            resource_limits.fill_memory(self.container)
            assert self._watcher is not None
            if not self._watcher.gone.wait(GONE_SECONDS):
                resource_limits.free_memory(self.container)
                raise NotJudged(
                    f"under a memory limit of {limit_bytes} bytes, with all of its shared memory"
                    " used, the container was not ended",
                    Cause.UNDECIDED,
                )
        finally:
            if limited:
                resource_limits.lift_memory(self.container, before)
        return self._ended(0.0)

    def throttle(self, cpus: float) -> None:
        """Let it have so many cores from now on.

        Raises:
            NotJudged: the engine cannot limit what runs already.
        """
        before = self._unthrottled
        # Known before it is done, so that it can be undone in whatever moment it is interrupted.
        self._unthrottled = before or self.container.state().host
        self._note("throttle", cpus=cpus)
        try:
            resource_limits.throttle(self.container, cpus)
        except NotJudged:
            self._unthrottled = before
            raise

    def unthrottle(self) -> None:
        """Give back the CPU limit that it had."""
        if self._unthrottled is not None:
            self._note("unthrottle")
            resource_limits.unthrottle(self.container, self._unthrottled)
            self._unthrottled = None

    def _hold(
        self, project: str, image: str, volume: str, labels: Mapping[str, str], data_mount: str
    ) -> None:
        """Hold its data volume from now on, so that no end of its container takes it away; it
        begins with what the image has at ``data_mount``.
        """
        self._holder = Holder(project, image, volume, labels)
        self._holder.copy_from_image(data_mount)

    def _release(self) -> None:
        """Let the volume go; safe to call twice."""
        if self._holder is not None:
            self._holder.remove()
            self._holder = None

    def _note(self, action: str, **data: Any) -> float:
        """Write to the journal that something is done to it; when."""
        raise NotImplementedError

    def _ended(self, seconds: float) -> Exit:
        """How it ended, in the journal as well."""
        raise NotImplementedError
