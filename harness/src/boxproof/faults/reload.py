"""The server is told to load its settings again, which replaces its workers."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import InspectsProcesses

#: gunicorn, nginx and uvicorn's supervisor take SIGHUP for this; the first process gets it.
FIRST_PROCESS = 1


@fault("reload", "it is told to reload by SIGHUP", needs=(InspectsProcesses,))
@contextmanager
def reload(scene: Scene) -> Iterator[None]:
    processes = scene.deployment.ability(InspectsProcesses)
    scene.note("SIGHUP")
    processes.signal_process(FIRST_PROCESS, signal.SIGHUP)
    yield
