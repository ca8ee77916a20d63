"""The server is told to load its settings again, which replaces its workers."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.polling import until
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import InspectsProcesses
from boxproof.targets.server_processes import remaining, tree_of


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
    until(lambda: not before & _workers(context, processes), context.config.limits.boot_seconds)
    if before <= _workers(context, processes):
        context.idle("SIGHUP replaced no worker")


def _workers(context: FaultContext, processes: InspectsProcesses) -> frozenset[int]:
    """The pids of its workers; none where ``boxproof.toml`` does not say which they are."""
    if context.config.server is None:
        return frozenset()
    tree = tree_of(remaining(processes), context.config.server.master)
    return frozenset(each.pid for each in tree.workers)
