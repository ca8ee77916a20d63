"""What can be looked at inside a deployment, and what the engine says of its container."""

from typing import Any

from boxproof.composefile.stop_grace import grace_seconds
from boxproof.targets.abilities import Image, Process
from boxproof.targets.compose import container_processes, engine, engine_times, images
from boxproof.targets.compose.container import Container
from boxproof.targets.compose.project import Project


class Inspection:
    """The part of a compose deployment that looks inside; all it changes is by a signal."""

    project: Project
    container: Container

    def processes(self) -> tuple[Process, ...]:
        """Every process inside."""
        return container_processes.processes(self.container)

    def first_process(self) -> int:
        """The id of the first process inside."""
        return container_processes.FIRST_PROCESS

    def signal_process(self, pid: int, signal: int) -> None:
        """Send a signal to one process inside."""
        self._note("signal", pid=pid, signal=signal)
        container_processes.signal(self.container, pid, signal)

    def cpu_limit(self) -> float | None:
        """The CPU limit in cores that is in force."""
        return self.container.state().cpus

    def read_only_root(self) -> bool:
        """Whether the container runs with a read-only root file system."""
        return bool(self.container.state().host.get("ReadonlyRootfs"))

    def stop_grace_seconds(self) -> float:
        """What production's engine waits between the stop signal and SIGKILL."""
        return grace_seconds(self.project.service)

    def health_said(self) -> tuple[str, ...]:
        """What the container's own HEALTHCHECK said since its start, the present word last."""
        return engine_times.health_said(self.container)

    def image(self) -> Image:
        """The image that the container was made from."""
        return images.inspected(engine.inspect(self.container.name)[0]["Image"])

    def shell(self, script: str) -> str:
        """The standard output of a script inside."""
        return container_processes.shell(self.container, script)

    def _note(self, action: str, **data: Any) -> float:
        """Write to the journal that something is done to it; when."""
        raise NotImplementedError
