"""The server is told to load its settings again, which replaces its workers."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import InspectsProcesses


@fault(
    "reload",
    "it is told to reload by SIGHUP",
    needs=(InspectsProcesses,),
    # Whatever has no handler for it, SIGHUP ends.
    suits=lambda config: config.server is not None and config.server.reloads,
)
@contextmanager
def reload(scene: Scene) -> Iterator[None]:
    processes = scene.deployment.ability(InspectsProcesses)
    scene.note("SIGHUP")
    # gunicorn, nginx and uvicorn's supervisor take SIGHUP for this.
    processes.signal_process(processes.first_process(), signal.SIGHUP)
    yield
