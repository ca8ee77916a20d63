"""What a server uses is written while it runs."""

import os
import queue
import subprocess
import threading
from pathlib import Path

from boxproof.journal import Journal, Recorded, within
from boxproof.journal.entries import Sampled
from boxproof.targets.samples import Sampler, descriptors_of, sampled


def test_a_sample_holds_what_the_processes_use() -> None:
    """CPU, memory, descriptors and threads, of the process and of its descendants."""
    sample = sampled("default", os.getpid())
    assert sample is not None
    assert sample.cpu_seconds is not None
    assert sample.cpu_seconds > 0
    assert sample.memory_bytes is not None
    assert sample.memory_bytes > 1_000_000
    assert sample.anonymous_bytes is not None
    assert 1_000_000 < sample.anonymous_bytes < sample.memory_bytes
    assert sample.descriptors is not None
    assert sample.descriptors > 0
    assert sample.threads is not None
    assert sample.threads >= 1


def test_a_process_that_is_gone_has_no_sample() -> None:
    """Nothing is made up."""
    assert sampled("default", 2**22 + 1) is None


def test_descendants_are_counted_and_the_dead_are_not() -> None:
    """A process that waits to be reaped holds nothing, and hides nothing."""
    with (
        subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child,
        subprocess.Popen(["true"]) as zombie,
    ):
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        alone, both = descriptors_of(child.pid), descriptors_of(os.getpid())
        assert alone is not None
        assert both is not None
        assert both > alone >= 3
        assert sampled("default", zombie.pid) is None


class Stub:
    """A deployment that has a server until it is told otherwise."""

    name = "first"
    running = True

    def __init__(self, name: str) -> None:
        self.name = name

    def sample(self) -> Sampled | None:
        return Sampled(deployment=self.name, threads=1) if self.running else None


def test_deployments_are_sampled_while_they_run(tmp_path: Path) -> None:
    """Each is named, belongs to what it was followed for, and says nothing while it is down."""
    journal = Journal(tmp_path / "journal.jsonl")
    heard: queue.SimpleQueue[Recorded] = queue.SimpleQueue()
    journal.listen(heard.put)
    before = set(threading.enumerate())
    sampler = Sampler(journal)
    first, second = Stub("first"), Stub("second")
    with within(scenario="storage"):
        sampler.follow(first)
    sampler.follow(second)
    seen = {each.deployment: each for each in (heard.get(timeout=20), heard.get(timeout=20))}
    assert {name: each.scenario for name, each in seen.items()} == {
        "first": "storage",
        "second": "",
    }
    first.running = False
    heard.get(timeout=20)
    assert {heard.get(timeout=20).deployment for _ in range(2)} == {"second"}
    first.running = True
    assert "first" in {heard.get(timeout=20).deployment for _ in range(3)}
    sampler.close()
    # Those of other tests belong to targets that are still there.
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
        assert not thread.is_alive()
