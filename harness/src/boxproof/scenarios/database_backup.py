"""A copy of the database, made while clients write.

A plain copy of the files of a database in use may be torn, whatever the service does
(https://www.sqlite.org/howtocorrupt.html, section 1.2). What SQLite promises, and so what is judged
here, is its own backup (https://www.sqlite.org/backup.html): another process reads a snapshot of
the database as it stands when the copy begins.
"""

import base64
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.ledger.history import Create
from boxproof.ledger.workload import Workload
from boxproof.targets.abilities import RunsScripts
from boxproof.targets.base import Deployment

COPY = "copy"
#: Prints the copy, base64. A snapshot of one moment: all pages in one step.
BACKUP = """
import base64, os, sqlite3, sys, tempfile
path = sys.argv[1]
if not os.path.isfile(path):
    sys.exit(f"[durability] database: there is no file {path!r} in the container")
places = [each for each in ("/dev/shm", tempfile.gettempdir()) if os.access(each, os.W_OK)]
with tempfile.TemporaryDirectory(dir=places[0]) as folder:
    copy = os.path.join(folder, "copy")
    source, target = sqlite3.connect(path, timeout=20), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    with open(copy, "rb") as file:
        print(base64.b64encode(file.read()).decode())
"""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy, opened.

    Attributes:
        before: the writes that were acknowledged before the copy began.
        during: how many were in flight while it was made.
        integrity: what ``PRAGMA integrity_check`` says of it, ``ok`` when nothing is wrong.
        texts: every text in it, whatever the table.
    """

    before: tuple[Create, ...]
    during: int
    integrity: str
    texts: frozenset[str]

    def __str__(self) -> str:
        return (
            f"{COPY}: {len(self.before)} writes acknowledged before it, {self.during} in flight "
            f"while it was made; integrity: {self.integrity}"
        )


def copy(deployment: Deployment, workload: Workload, config: Config) -> Copied:
    """Copy the database in the middle of a workload.

    Raises:
        NotJudged: the configuration names no database, or the image has no Python.
    """
    scripts = deployment.ability(RunsScripts)
    wanted = config.durability
    if not wanted.database:
        raise NotJudged(f"{config.file} names no database in [durability]")
    with workload.running():
        workload.wait_for(wanted.writes, wanted.wait_seconds)
        before = tuple(workload.history.acknowledged)
        began = workload.now()
        made = base64.b64decode(scripts.run_script(BACKUP, wanted.database))
        ended = workload.now()
        workload.wait_for(1, wanted.wait_seconds)
    creates = workload.history.creates
    during = sum(each.began < ended and each.ended > began for each in creates)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "copy"
        file.write_bytes(made)
        return opened(file, before, during)


def opened(file: Path, before: tuple[Create, ...], during: int) -> Copied:
    """Open a copied file and read all that it holds."""
    texts: set[str] = set()
    try:
        with closing(sqlite3.connect(file)) as database:
            integrity = "; ".join(str(row[0]) for row in database.execute("PRAGMA integrity_check"))
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in tables.fetchall():
                quoted = str(name).replace('"', '""')
                for row in database.execute(f'SELECT * FROM "{quoted}"'):
                    texts.update(each for each in row if isinstance(each, str))
    except sqlite3.Error as error:
        integrity = str(error)
    return Copied(before, during, integrity, frozenset(texts))
