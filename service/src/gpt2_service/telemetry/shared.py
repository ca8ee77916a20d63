"""The folder in which the workers of one gunicorn share their metrics.

prometheus_client gives every process files of its own there, and a scrape adds them up
(https://prometheus.github.io/client_python/multiprocess/). Left to itself the folder grows with
every worker that ever ran, and outlives a service that is killed. So the files of an ended worker
are added to those of all that ended before, and a folder whose service is gone is removed by the
next one that starts: the service and its workers hold a lock on it as long as one of them lives.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "gpt2-service-metrics-"
# Between making a folder and locking it lie microseconds.
FRESH_SECONDS = 60.0
# Files of these kinds count up; gauges of an ended worker mean nothing.
SUMMED = ("counter", "histogram")
ENDED = "ended"


class SharedFolder:
    """A folder for the metrics of this process and its forks.

    Sets the environment variable that prometheus_client reads as it is imported, so it is made
    before that.
    """

    def __init__(self, parent: Path) -> None:
        remove_abandoned(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        # Forks inherit it, and the lock ends with the last of them.
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        _scrape_lock(self.path).touch()
        self._ended: list[int] = []
        os.environ[FOLDER_VARIABLE] = str(self.path)

    def worker_ended(self, pid: int) -> None:
        """Add the files of an ended worker to those of all ended before.

        While somebody reads them they stay until the next worker ends: the master must not wait
        for a worker.
        """
        self._ended.append(pid)
        with _scrape_lock(self.path).open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            while self._ended:
                self._add_up(self._ended.pop())

    def remove(self) -> None:
        """Remove the folder; nobody counts any more."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    def _add_up(self, pid: int) -> None:
        # Not at the top: it reads the environment as it is imported.
        from prometheus_client.mmap_dict import MmapedDict
        from prometheus_client.multiprocess import mark_process_dead

        for kind in SUMMED:
            ended = self.path / f"{kind}_{pid}.db"
            if not ended.exists():
                continue
            sums = MmapedDict(str(self.path / f"{kind}_{ENDED}.db"))
            for key, value, _, _ in MmapedDict.read_all_values_from_file(str(ended)):
                sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
            sums.close()
            ended.unlink()
        mark_process_dead(pid, str(self.path))


@contextmanager
def reading(folder: str) -> Iterator[None]:
    """Keep the files as they are meanwhile; several may read at once."""
    with _scrape_lock(Path(folder)).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def remove_abandoned(parent: Path) -> None:
    """Remove the folders of this user whose service is gone."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            status = folder.lstat()
            fresh = time.time() - status.st_mtime < FRESH_SECONDS
            if status.st_uid != os.geteuid() or folder.is_symlink() or fresh:
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            # Another service that starts now was quicker.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)


def _scrape_lock(folder: Path) -> Path:
    return folder / "scrape.lock"
