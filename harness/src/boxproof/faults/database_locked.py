"""Another process holds the database's write lock: a backup, a migration, somebody's shell.

SQLite lets one process write at a time; in WAL mode others may read meanwhile
(https://www.sqlite.org/lockingv3.html, https://www.sqlite.org/wal.html#concurrency).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import RunsScripts

#: Holds the lock until its standard input ends; never makes a database.
LOCK = """
import os, sqlite3, sys
path = sys.argv[1]
if not os.path.isfile(path):
    sys.exit(f"[durability] database: there is no file {path!r} in the container")
database = sqlite3.connect(path, timeout=20, isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
database.execute("ROLLBACK")
"""


@fault(
    "database-locked",
    "another process holds its database's write lock, and releases it later",
    level=Level.SHOULD,
    needs=(RunsScripts,),
)
@contextmanager
def database_locked(context: FaultContext) -> Iterator[None]:
    scripts = context.deployment.ability(RunsScripts)
    path = context.config.durability.database
    if not path:
        raise NotJudged(f"{context.config.file} names no database in [durability]")
    try:
        with scripts.held_script(LOCK, path):
            context.note("database locked by another process")
            yield
    finally:
        context.note("lock released")
