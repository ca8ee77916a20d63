"""What a server uses, once a second: CPU, memory, descriptors and threads of all its processes."""

import threading
from collections.abc import Iterator

import psutil

from boxproof.journal import Journal, carried
from boxproof.journal.entries import Sampled

EVERY_SECONDS = 1.0


class Sampler:
    """Writes samples of a process and its descendants to the journal until it is stopped.

    Args:
        deployment: whom the samples are of, in the journal.
        pid: of the first process.
        gone: set once the server has ended, which ends the sampling as well.
    """

    def __init__(self, deployment: str, pid: int, journal: Journal, gone: threading.Event) -> None:
        self._deployment = deployment
        self._pid = pid
        self._journal = journal
        self._gone = gone

    def start(self) -> None:
        """Sample in a thread of its own, which ends with the server."""
        name = f"samples-{self._pid}"
        threading.Thread(target=carried(self._run), name=name, daemon=True).start()

    def _run(self) -> None:
        while True:
            sample = sampled(self._deployment, self._pid)
            if sample is not None:
                self._journal.write(sample)
            if self._gone.wait(EVERY_SECONDS):
                return


def sampled(deployment: str, pid: int) -> Sampled | None:
    """What a process and its descendants use now; None where the process is gone.

    Memory is resident memory, in which a page that processes share counts for each.
    """
    found = [each for each in map(_of, _family(pid)) if each is not None]
    if not found:
        return None
    cpu_seconds, memory_bytes, descriptors, threads = map(sum, zip(*found, strict=True))
    return Sampled(
        deployment=deployment,
        cpu_seconds=round(cpu_seconds, 3),
        memory_bytes=int(memory_bytes),
        descriptors=int(descriptors),
        threads=int(threads),
    )


def _family(pid: int) -> Iterator[psutil.Process]:
    try:
        first = psutil.Process(pid)
        yield first
        yield from first.children(recursive=True)
    except psutil.Error:
        return


def _of(process: psutil.Process) -> tuple[float, int, int, int] | None:
    try:
        with process.oneshot():
            cpu = process.cpu_times()
            memory = process.memory_info().rss
            return cpu.user + cpu.system, memory, process.num_fds(), process.num_threads()
    except psutil.Error:
        return None
