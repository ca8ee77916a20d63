"""One worker is ended; the others and the master go on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.breaches import NotJudged
from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import InspectsProcesses
from boxproof.targets.server_processes import tree_of


@fault(
    "kill-worker",
    "one of its workers is ended with SIGKILL",
    needs=(InspectsProcesses,),
    suits=lambda config: config.server is not None and bool(config.server.workers_variable),
)
@contextmanager
def kill_worker(scene: Scene) -> Iterator[None]:
    processes = scene.deployment.ability(InspectsProcesses)
    if scene.config.server is None:
        raise NotJudged(f"{scene.config.file} has no [server]")
    tree = tree_of(processes.processes(), scene.config.server.master)
    if not tree.workers:
        raise NotJudged("the server has no workers")
    victim = tree.workers[0]
    scene.note(f"SIGKILL to worker {victim.pid}")
    processes.signal_process(victim.pid, signal.SIGKILL)
    yield
