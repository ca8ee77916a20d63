"""Who owns what on this machine: one run's claim, and the removal of what dead runs left.

A run holds a ``flock`` on a lock file of its own for as long as it lives. The kernel drops that
lock when the process ends, by SIGKILL too, so a lock that can be taken belongs to a dead run:
neither clocks nor bare process ids are trusted. Everything that a run makes names its lock, its
host and its user, and only what this user's dead runs on this host left is ever removed.
"""

import contextlib
import fcntl
import json
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import psutil

from boxproof.core.errors import BoxproofError
from boxproof.core.identifiers import new_run_id
from boxproof.targets import reaper
from boxproof.targets.lossy_disk.unmounting import unmount_below
from boxproof.targets.process_identity import members_with, start_of
from boxproof.targets.reaper import Owner

#: The variable that marks the processes of a run, for groups whose leader is gone.
RUN_VARIABLE = "BOXPROOF_RUN"
SCRATCH_NAME = ".boxproof"
#: What the lock file of a run says that left its deployment standing.
KEPT = "kept"
#: How long a killed process may take to be gone.
END_SECONDS = 5.0


def lock_folder() -> Path:
    """Where this user's locks lie: a private folder under the machine's temporary one.

    Raises:
        PermissionError: the folder belongs to someone else.
    """
    folder = Path(tempfile.gettempdir()) / f"boxproof-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder}: belongs to another user; set TMPDIR to a folder of yours")
    folder.chmod(0o700)
    return folder


def host() -> str:
    """This machine, as far as lock paths and process ids mean the same: container by container."""
    with contextlib.suppress(OSError):
        return f"{platform.node()}/{os.stat('/proc/self/ns/mnt').st_ino}"
    return platform.node()


class Run:
    """One run's claim on what it makes, given up by :meth:`close` or by the death of the process.

    Args:
        root: the folder of ``boxproof.toml``.
        remote: whether the engine is reached over a network, as in docker-in-docker: scratch files
            then lie in ``root``, since that is the folder both sides share, if any.

    Attributes:
        id: names the run.
        folder: scratch folder of the run's own.
        labels: for every resource of a container engine.
        environment: for every process, so that it is known even when its leader is gone.
    """

    def __init__(self, root: Path, *, remote: bool = False) -> None:
        self.id, self._lock_path, self._lock = _claim(lock_folder())
        self._pids_path = self._lock_path.with_suffix(".pids")
        self._pids: dict[int, str] = {}
        self._kept: tuple[Path, ...] | None = None
        self._kept_process = 0
        self._writing = threading.Lock()
        self.folder = _scratch_folder(root, self._lock_path, remote=remote)
        self.labels: Mapping[str, str] = {
            "boxproof.run": self.id,
            "boxproof.lock": str(self._lock_path),
            "boxproof.host": host(),
            "boxproof.user": str(os.getuid()),
            "boxproof.container": reaper.own_container(_mounts()),
        }
        self.environment: Mapping[str, str] = {RUN_VARIABLE: self.id}
        self._write_lock()
        self.folder.mkdir(mode=0o700)

    def note_process(self, pid: int) -> None:
        """Remember the leader of a process group that the run started."""
        started = start_of(pid)
        if started is not None:
            with self._writing:
                self._pids[pid] = started
                self._write_pids()

    def forget_process(self, pid: int) -> None:
        """Forget a process group that has ended."""
        with self._writing:
            if self._pids.pop(pid, None) is not None:
                self._write_pids()

    def keep(self, paths: Iterable[Path], process: int = 0) -> None:
        """Have :meth:`close` leave what a deployment that is kept still uses.

        Later runs leave it, too; :func:`clean` removes it.

        Args:
            paths: below the run's folder.
            process: the leader of a process group that was noted; 0 for none.
        """
        self._kept, self._kept_process = tuple(paths), process

    def close(self) -> None:
        """End what is left of its processes and remove its files; safe to call twice.

        What is kept stays.
        """
        if self._lock < 0:
            return
        for pid, started in list(self._pids.items()):
            if pid != self._kept_process:
                _end_group(pid, started, self.id)
                self.forget_process(pid)
        unmount_below(self.folder)
        if self._kept is not None:
            self._remove_all_but(self._kept)
            self._write_lock(kept=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._pids_path.unlink(missing_ok=True)
            self._lock_path.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _remove_all_but(self, kept: Collection[Path]) -> None:
        """Empty the run's folder: a compose file there, for one, may hold secrets."""
        for each in self.folder.iterdir():
            if any(each in (path, *path.parents) for path in kept):
                continue
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink()

    def _write_lock(self, *, kept: bool = False) -> None:
        said = {"host": host(), "folder": str(self.folder), **({KEPT: True} if kept else {})}
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, json.dumps(said).encode(), 0)

    def _write_pids(self) -> None:
        fresh = self._pids_path.with_suffix(".fresh")
        fresh.write_text(json.dumps(self._pids))
        fresh.replace(self._pids_path)


def sweep(*, kept: bool = False) -> list[str]:
    """Remove what this user's dead runs on this host left; returns the name of each thing.

    Processes end first, for a ``docker compose up`` that outlived its run would go on making
    containers. A live run's things, another user's and another host's are never touched; what was
    kept goes only where ``kept`` says so.
    """
    said: list[str] = []
    with _dead_runs(lock_folder(), kept=kept) as dead:
        for path in dead:
            said += _end_processes(path)
        said += reaper.remove_resources(
            lambda owner: _is_dead(owner, dead), [path.stem for path in dead]
        )
        for path in dead:
            said += _remove_files(path)
    return said


def clean(*, images: bool = False) -> list[str]:
    """:func:`sweep` of what was kept, too, and with ``images`` of the images that runs built.

    Raises:
        BoxproofError: images were to go, but a run is live and may be about to boot one.
    """
    removed = sweep(kept=True)
    if images and (live := live_runs()):
        raise BoxproofError(f"images stay: run {live[0]} is live; try again when it has ended")
    return [*removed, *reaper.remove_images()] if images else removed


def live_runs() -> list[str]:
    """The ids of this user's runs on this machine that are alive."""
    live = []
    for path in sorted(lock_folder().glob("*.lock")):
        lock = _take(path)
        if lock is None:
            live.append(path.stem)
        else:
            os.close(lock)
    return live


def kept_runs() -> list[str]:
    """The ids of this user's runs on this machine that left a deployment standing."""
    return [path.stem for path in sorted(lock_folder().glob("*.lock")) if _is_kept(path)]


def _claim(folder: Path) -> tuple[str, Path, int]:
    """Take a new lock: run id, lock file, descriptor."""
    while True:
        run_id = new_run_id()
        path = folder / f"{run_id}.lock"
        lock = _take(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        # A sweep that saw the file before it was locked holds it, or has removed it.
        if lock is not None and path.exists():
            return run_id, path, lock
        if lock is not None:
            os.close(lock)


def _take(path: Path, flags: int = os.O_RDWR) -> int | None:
    """A descriptor that holds the lock; None when somebody else does or the file cannot be had."""
    try:
        lock = os.open(path, flags, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _scratch_folder(root: Path, lock_path: Path, *, remote: bool) -> Path:
    if not remote:
        return lock_path.with_suffix("")
    shared = root / SCRATCH_NAME
    shared.mkdir(exist_ok=True)
    (shared / ".gitignore").write_text("*\n")
    return shared / lock_path.stem


@contextlib.contextmanager
def _dead_runs(folder: Path, *, kept: bool) -> Iterator[list[Path]]:
    """The lock files of dead runs of this host, held so that two sweeps never meet."""
    with contextlib.ExitStack() as held:
        dead = []
        for path in sorted(folder.glob("*.lock")):
            lock = _take(path)
            if lock is None:
                continue
            held.callback(os.close, lock)
            if _read(path).get("host", host()) == host() and (kept or not _is_kept(path)):
                dead.append(path)
        yield dead


def _is_dead(owner: Owner, dead: Collection[Path]) -> bool:
    """Whether a resource belongs to a dead run of this user on this host, or in a dead container.

    The next job of a CI has another host name and sees none of an earlier one's locks; what the
    engine says of the earlier one's container is enough.
    """
    if owner.user != str(os.getuid()):
        return False
    if owner.host != host():
        return bool(owner.container) and reaper.has_ended(owner.container)
    path = Path(owner.lock)
    if path in dead or not path.exists():
        return True
    if _is_kept(path):
        return False
    # A lock in another temporary folder than ours.
    lock = _take(path)
    if lock is not None:
        os.close(lock)
    return lock is not None


def _is_kept(lock_path: Path) -> bool:
    return bool(_read(lock_path).get(KEPT))


def _mounts() -> str:
    """What is mounted here, as the kernel tells; empty where it tells nothing."""
    with contextlib.suppress(OSError):
        return Path("/proc/self/mountinfo").read_text()
    return ""


def _end_processes(lock_path: Path) -> list[str]:
    noted = _read(lock_path.with_suffix(".pids"))
    return [
        f"process group {pid} of run {lock_path.stem}"
        for pid, started in noted.items()
        if _end_group(int(pid), started, lock_path.stem)
    ]


def _end_group(pid: int, started: str, run_id: str) -> bool:
    """Kill a process group if its leader is still the one that was noted; True when it was."""
    seen = start_of(pid)
    if seen == started:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        return _await_end(pid, started)
    orphans = [*members_with(pid, RUN_VARIABLE, run_id)] if seen is None else []
    for orphan in orphans:
        with contextlib.suppress(psutil.Error):
            orphan.kill()
    return bool(orphans)


def _await_end(pid: int, started: str) -> bool:
    """Wait until a killed process is gone: SIGKILL is not waited for by who sends it."""
    deadline = time.monotonic() + END_SECONDS
    while start_of(pid) == started:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _remove_files(lock_path: Path) -> list[str]:
    folder = _read(lock_path).get("folder", "")
    said = []
    # Only a folder that the run's id names is ever removed, whatever the file says.
    if folder and Path(folder).name == lock_path.stem and Path(folder).is_dir():
        said += [f"mount {each} of run {lock_path.stem}" for each in unmount_below(Path(folder))]
        shutil.rmtree(folder, ignore_errors=True)
        said.append(f"folder {folder} of run {lock_path.stem}")
    lock_path.with_suffix(".pids").unlink(missing_ok=True)
    lock_path.unlink(missing_ok=True)
    return said


def _read(path: Path) -> dict[str, Any]:
    """A small JSON object; empty where it is not there or was cut short."""
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
