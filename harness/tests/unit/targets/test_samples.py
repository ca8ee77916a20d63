"""What a server uses is written while it runs."""

import os
import threading
from pathlib import Path

from boxproof.journal import Journal, Recorded
from boxproof.journal.entries import Sampled
from boxproof.targets.samples import Sampler, sampled


def test_a_sample_holds_what_the_processes_use() -> None:
    """CPU, memory, descriptors and threads, of the process and of its descendants."""
    sample = sampled("default", os.getpid())
    assert sample is not None
    assert sample.cpu_seconds is not None
    assert sample.cpu_seconds > 0
    assert sample.memory_bytes is not None
    assert sample.memory_bytes > 1_000_000
    assert sample.descriptors is not None
    assert sample.descriptors > 0
    assert sample.threads is not None
    assert sample.threads >= 1


def test_a_process_that_is_gone_has_no_sample() -> None:
    """Nothing is made up."""
    assert sampled("default", 2**22 + 1) is None


def test_samples_are_written_until_the_server_has_ended(tmp_path: Path) -> None:
    """They name their deployment, and stop with it."""
    heard: list[Recorded] = []
    first, gone = threading.Event(), threading.Event()
    journal = Journal(tmp_path / "journal.jsonl")

    def hear(recorded: Recorded) -> None:
        heard.append(recorded)
        first.set()

    journal.listen(hear)
    Sampler("default", os.getpid(), journal, gone).start()
    assert first.wait(20)
    gone.set()
    for thread in [e for e in threading.enumerate() if e.name == f"samples-{os.getpid()}"]:
        thread.join(20)
        assert not thread.is_alive()
    assert heard[0].deployment == "default"
    assert isinstance(heard[0].entry, Sampled)
