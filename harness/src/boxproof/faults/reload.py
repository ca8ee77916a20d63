"""The server is told to load its settings again, which replaces its workers."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import InspectsProcesses
from boxproof.targets.server_processes import left, tree_of

#: Between two looks at its workers.
LOOK_SECONDS = 0.1


@fault(
    "reload",
    "it is told to reload by SIGHUP",
    needs=(InspectsProcesses,),
    # Whatever has no handler for it, SIGHUP ends; and only workers show that it did something.
    suits=lambda config: (
        config.server is not None and config.server.reloads and bool(config.server.workers_variable)
    ),
)
@contextmanager
def reload(context: FaultContext) -> Iterator[None]:
    processes = context.deployment.ability(InspectsProcesses)
    before = _workers(context, processes)
    context.note("SIGHUP")
    # gunicorn, nginx and uvicorn's supervisor take SIGHUP for this.
    processes.signal_process(processes.first_process(), signal.SIGHUP)
    yield
    over = threading.Event()
    limit = threading.Timer(context.config.limits.boot_seconds, over.set)
    limit.start()
    while before & _workers(context, processes) and not over.is_set():
        over.wait(LOOK_SECONDS)
    limit.cancel()
    left = before & _workers(context, processes)
    if left == before:
        context.idle("SIGHUP replaced no worker")


def _workers(context: FaultContext, processes: InspectsProcesses) -> frozenset[int]:
    """The pids of its workers; none where ``boxproof.toml`` does not say which they are."""
    if context.config.server is None:
        return frozenset()
    tree = tree_of(left(processes), context.config.server.master)
    return frozenset(each.pid for each in tree.workers)
