"""Every process of the server is ended while another process holds the database's write lock.

Writes wait then, or were refused; what the server keeps of those that wait may stay behind. The
lock is released before the server starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.database_locked import database_locked
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.faults.in_company import ended_under
from boxproof.targets.abilities import Kills, Restarts, RunsScripts, WaitsForExit


@fault(
    "kill-on-locked-database",
    "it is ended with SIGKILL while another process holds its database's write lock, and started "
    "again when that is released",
    level=Level.SHOULD,
    needs=(Kills, Restarts, RunsScripts, WaitsForExit),
    refuses=True,
)
@contextmanager
def kill_on_locked_database(context: FaultContext) -> Iterator[None]:
    def kill() -> None:
        context.note("SIGKILL")
        context.deployment.ability(Kills).kill()

    with ended_under(database_locked, kill, context):
        yield
