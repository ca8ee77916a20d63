"""What deployments use, once a second: CPU, memory, descriptors and threads."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from boxproof.journal import Journal, carried
from boxproof.journal.entries import Sampled
from boxproof.targets.abilities import SamplesUsage

EVERY_SECONDS = 1.0


class Sampler:
    """Writes what deployments use to the journal, from one thread, until it is closed."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._followed: list[Callable[[], None]] = []
        self._over = threading.Event()
        self._lock = threading.Lock()

    def follow(self, deployment: SamplesUsage) -> None:
        """Sample a deployment from now on, for what this thread judges or makes."""

        def write() -> None:
            sample = deployment.sample()
            if sample is not None:
                self._journal.write(sample)

        with self._lock:
            self._followed.append(carried(write))
            if len(self._followed) == 1:
                threading.Thread(target=self._run, name="samples", daemon=True).start()

    def close(self) -> None:
        """Take no further sample; safe to call twice."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            with self._lock:
                followed = list(self._followed)
            for write in followed:
                write()


def sampled(deployment: str, pid: int) -> Sampled | None:
    """What a process of this machine and its descendants use now; None where it is gone.

    Memory is resident memory, in which a page that processes share counts for each; anonymous
    memory is the part of it that no file is behind (proc(5): RssAnon).
    """
    found = [each for each in map(_of, _living(pid)) if each is not None]
    if not found:
        return None
    cpu_seconds, memory_bytes, anonymous_bytes, threads = map(sum, zip(*found, strict=True))
    return Sampled(
        deployment=deployment,
        cpu_seconds=round(cpu_seconds, 3),
        memory_bytes=int(memory_bytes),
        anonymous_bytes=int(anonymous_bytes),
        descriptors=descriptors_of(pid),
        threads=int(threads),
    )


def descriptors_of(pid: int) -> int | None:
    """What a process of this machine and its descendants hold open together.

    None where it is gone, or where this user may not look into all of them.
    """
    counts = []
    for each in _living(pid):
        try:
            counts.append(each.num_fds())
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            return None
    return sum(counts) if counts else None


def _of(process: psutil.Process) -> tuple[float, int, int, int] | None:
    try:
        with process.oneshot():
            cpu, memory = process.cpu_times(), process.memory_info()
            # Only Linux tells what is shared.
            anonymous = memory.rss - getattr(memory, "shared", 0)
            return cpu.user + cpu.system, memory.rss, anonymous, process.num_threads()
    except psutil.Error:
        return None


def _living(pid: int) -> Iterator[psutil.Process]:
    """A process and its descendants, those left out that wait to be reaped."""
    for each in _family(pid):
        try:
            process = psutil.Process(each)
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.Error:
            continue


def _family(pid: int) -> Iterator[int]:
    """The ids of a process and its descendants.

    The kernel's own list of children is read where it has one (proc(5), ``task/TID/children``):
    to look at every process of a busy machine each second would load what is being judged.
    """
    yield pid
    tasks = Path(f"/proc/{pid}/task")
    try:
        if not Path(f"/proc/{pid}/task/{pid}/children").exists():
            yield from (each.pid for each in psutil.Process(pid).children(recursive=True))
            return
        for children in tasks.glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))
    except (OSError, psutil.Error):
        return
