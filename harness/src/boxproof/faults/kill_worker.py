"""One worker is ended; the others and the master go on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.breaches import NotJudged
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import InspectsProcesses
from boxproof.targets.server_processes import tree_of


@fault(
    "kill-worker",
    "one of its workers is ended with SIGKILL",
    needs=(InspectsProcesses,),
    suits=lambda config: config.server is not None and bool(config.server.workers_variable),
)
@contextmanager
def kill_worker(context: FaultContext) -> Iterator[None]:
    processes = context.deployment.ability(InspectsProcesses)
    if context.config.server is None:
        raise NotJudged(f"{context.config.file} has no [server]")
    tree = tree_of(processes.processes(), context.config.server.master)
    if not tree.workers:
        raise NotJudged("the server has no workers")
    victim = tree.workers[0]
    context.note(f"SIGKILL to worker {victim.pid}")
    processes.signal_process(victim.pid, signal.SIGKILL)
    yield
