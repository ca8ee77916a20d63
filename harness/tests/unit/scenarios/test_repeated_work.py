"""Cycles of equal work, and when they say nothing."""

import itertools
import threading
from collections.abc import Callable, Iterator

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.leak_gate import CYCLES_LEAST, PLATEAU, Gate, leaks
from boxproof.journal import Journal
from boxproof.journal.entries import Sampled
from boxproof.scenarios import repeated_work
from boxproof.scenarios.repeated_work import REQUESTS, Measured, RepeatedWork
from boxproof.targets.abilities import Process

GATES = dict.fromkeys(
    ("memory", "descriptors", "threads", "processes"), Gate(budget=0.02, quantum=8)
)


class Server:
    """Uses what a test says after so many requests."""

    def __init__(self, descriptors: Callable[[int], int] = lambda _: 30) -> None:
        self.requests = 0
        self.pids = [1, 2]
        self.descriptors: Callable[[int], int | None] = descriptors
        self.runs = True
        self.lock = threading.Lock()

    def send(self) -> None:
        """One request."""
        with self.lock:
            self.requests += 1

    def sample(self) -> Sampled | None:
        """Measured as a deployment is."""
        if not self.runs:
            return None
        open_ones = self.descriptors(self.requests)
        return Sampled(deployment="toy", anonymous_bytes=50, descriptors=open_ones, threads=4)

    def processes(self) -> tuple[Process, ...]:
        """Some that run."""
        return tuple(Process(each, 0, 0, "toy") for each in self.pids)

    def first_process(self) -> int:
        """The first of them."""
        return self.pids[0]

    def signal_process(self, pid: int, signal: int) -> None:
        """Nobody is signalled."""


def measured(server: Server, journal: Journal) -> Measured:
    """What measures a server."""
    return Measured(server, server, GATES, journal)


def test_a_flat_server_is_measured_once(journal: Journal) -> None:
    """Warming up until the plateau, and one block; what it could have found is told."""
    server = Server()
    arm = measured(server, journal).arm("work", server.send)
    assert server.requests == (PLATEAU + CYCLES_LEAST) * REQUESTS
    assert not arm.problem
    assert {*arm.growths} == {*GATES}
    assert "descriptors 0.03 a request" in RepeatedWork((arm,)).reach


def test_what_grows_is_measured_a_second_time_with_doubled_work(journal: Journal) -> None:
    """And is a leak where it grows on."""
    server = Server(lambda requests: 30 + requests)
    arm = measured(server, journal).arm("work", server.send)
    most = repeated_work.WARM_UP_CYCLES + CYCLES_LEAST + 2 * CYCLES_LEAST
    assert server.requests == most * REQUESTS
    assert leaks(*arm.growths["descriptors"])
    assert not leaks(*arm.growths["threads"])


def test_what_stops_growing_is_no_leak(journal: Journal) -> None:
    """A pool that is full in the end."""
    full = (repeated_work.WARM_UP_CYCLES + CYCLES_LEAST) * REQUESTS
    server = Server(lambda requests: 30 + min(requests, full))
    arm = measured(server, journal).arm("work", server.send)
    first, second = arm.growths["descriptors"]
    assert first.suspected
    assert not leaks(first, second)


def test_processes_that_ended_meanwhile_say_nothing(journal: Journal) -> None:
    """What they used went with them."""
    server = Server()
    clock = measured(server, journal)
    server.pids = [1, 3]
    arm = clock.arm("work", server.send)
    assert arm.problem == "processes ended meanwhile: 2"
    assert not arm.growths


def test_too_few_cycles_say_what_they_lack(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service is too slow for them."""
    seconds: Iterator[int] = itertools.count(0, 30)
    monkeypatch.setattr(repeated_work, "now", lambda: next(seconds))
    server = Server()
    arm = measured(server, journal).arm("work", server.send)
    assert arm.problem == "2 of 8 cycles were done in 150 s; all of them take some 330 s"


def test_what_cannot_be_told_is_left_out(journal: Journal) -> None:
    """An engine of another machine does not tell descriptors."""
    server = Server()
    server.descriptors = lambda _: None
    arm = measured(server, journal).arm("work", server.send)
    assert {*arm.growths} == {*GATES} - {"descriptors"}


def test_a_server_that_is_gone_is_not_judged(journal: Journal) -> None:
    """Nothing is made up."""
    server = Server()
    server.runs = False
    with pytest.raises(NotJudged, match="nothing could be measured"):
        measured(server, journal).arm("work", server.send)
