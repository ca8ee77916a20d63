"""The processes of one server on this machine, and signals to them and to no other."""

import contextlib
import threading
from collections.abc import Callable, Iterable

import psutil

from boxproof.core.errors import EngineError
from boxproof.targets.abilities import Process
from boxproof.targets.process_identity import members_with

#: A process that forks while it is paused may leave a child that is not: how often all are seen to.
PAUSE_ATTEMPTS = 50
LOOK_SECONDS = 0.02
GONE = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


class ServerMembers:
    """A server's leader, what that started, and what is left of its session without the leader.

    A process that is not among them is never signalled, nor is a later one with the id of one.

    Args:
        leader: its id, which names the session as well; None once it has ended and was reaped.
        session: the session's id.
        mark: a variable of the run, and its value, in the environment of every process of it.
    """

    def __init__(self, leader: int | None, session: int, mark: tuple[str, str]) -> None:
        found = {each.pid: each for each in members_with(session, *mark)}
        if leader is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                first = psutil.Process(leader)
                below = (first, *first.children(recursive=True))
                found |= {each.pid: each for each in below}
        self._processes = found

    def described(self) -> tuple[Process, ...]:
        """Each of them, in order of their ids; one that ends meanwhile is left out."""
        every = []
        for pid, each in sorted(self._processes.items()):
            with contextlib.suppress(psutil.NoSuchProcess), each.oneshot():
                every.append(Process(pid, each.ppid(), each.uids().real, _command(each)))
        return tuple(every)

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to one of them.

        Raises:
            ProcessLookupError: it is not one of them, or has ended.
        """
        process = self._processes.get(pid)
        if process is None:
            raise ProcessLookupError(f"process {pid} is not one of this server's")
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            raise ProcessLookupError(f"process {pid} has ended") from None

    def suspend(self) -> bool:
        """Suspend each of them that runs; whether there was none that did."""
        running = [each for each in self._processes.values() if _runs(each)]
        _each(psutil.Process.suspend, running)
        return not running

    def resume(self) -> None:
        """Let each of them go on."""
        _each(psutil.Process.resume, self._processes.values())


def pause(members: Callable[[], ServerMembers]) -> None:
    """Suspend all of them, those that are forked meanwhile as well.

    Raises:
        EngineError: some of them go on running.
    """
    for _ in range(PAUSE_ATTEMPTS):
        if members().suspend():
            return
        threading.Event().wait(LOOK_SECONDS)
    raise EngineError("the server's processes could not be paused: some go on running")


def _each(do: Callable[[psutil.Process], None], processes: Iterable[psutil.Process]) -> None:
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            do(each)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() not in (psutil.STATUS_STOPPED, *GONE)
    except psutil.NoSuchProcess:
        return False


def _command(process: psutil.Process) -> str:
    """Its command line; empty for one that waits to be reaped."""
    try:
        return " ".join(process.cmdline())
    except psutil.ZombieProcess:
        return ""
