"""SQLite on the disk: what its documentation promises of each setting is what is seen.

https://www.sqlite.org/pragma.html#pragma_synchronous
"""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from boxproof.targets.lossy_disk.disk import Disk

COMMITS = 200
#: Commits so often, says so, and waits to be killed with the database open.
WRITER = """
import sqlite3, sys, time
place, journal, synchronous, commits = sys.argv[1:]
database = sqlite3.connect(place, isolation_level=None)
database.execute(f"PRAGMA journal_mode={journal}")
database.execute("PRAGMA synchronous=FULL")
database.execute("CREATE TABLE records (number INTEGER PRIMARY KEY)")
if journal == "WAL":
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
database.execute(f"PRAGMA synchronous={synchronous}")
for _ in range(int(commits)):
    database.execute("INSERT INTO records DEFAULT VALUES")
print("committed", flush=True)
time.sleep(100)
"""


def committed(disk: Disk, journal: str, synchronous: str) -> Path:
    """A database with so many commits, whose writer was killed."""
    place = disk.folder / "records.db"
    arguments = [str(place), journal, synchronous, str(COMMITS)]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
    assert said, "the writer failed"
    return place


def records(place: Path, mode: str = "rw") -> int:
    """How many records a consistent database holds; ``ro`` leaves it untouched."""
    database = sqlite3.connect(f"file:{place}?mode={mode}", uri=True)
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count: int = database.execute("SELECT count(*) FROM records").fetchone()[0]
        return count
    finally:
        database.close()


@pytest.mark.parametrize(
    ("journal", "synchronous"),
    [("WAL", "FULL"), ("WAL", "EXTRA"), ("DELETE", "EXTRA"), ("TRUNCATE", "FULL")],
)
def test_what_was_synced_at_every_commit_survives(
    disk: Disk, journal: str, synchronous: str
) -> None:
    """Every commit of two hundred."""
    place = committed(disk, journal, synchronous)
    disk.lose_power()
    assert records(place) == COMMITS


def test_a_journal_that_is_deleted_without_a_sync_of_its_folder_takes_the_last_commit_back(
    disk: Disk,
) -> None:
    """The difference that SQLite documents between FULL and EXTRA."""
    place = committed(disk, "DELETE", "FULL")
    disk.lose_power()
    assert records(place) == COMMITS - 1


def test_normal_in_wal_mode_loses_the_latest_commits_and_stays_consistent(disk: Disk) -> None:
    """It syncs at checkpoints alone."""
    place = committed(disk, "WAL", "NORMAL")
    disk.lose_power()
    assert 0 <= records(place) < COMMITS


def test_what_was_never_synced_is_lost_with_the_power_and_not_with_the_process(
    disk: Disk,
) -> None:
    """SIGKILL leaves the page cache whole."""
    place = committed(disk, "WAL", "OFF")
    assert records(place, "ro") == COMMITS
    disk.lose_power()
    assert records(place) < COMMITS
