"""What containers use is what the engine tells of them, and nothing is made up."""

import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from boxproof.journal import Journal, Recorded
from boxproof.journal.entries import Noted, Sampled
from boxproof.targets.compose import container_usage
from boxproof.targets.compose.container_usage import STATS, ContainerUsage

from .conftest import FakeApi, FakeDocker

RUNS: Mapping[str, Any] = {
    "read": "2026-01-01T10:00:00Z",
    "pids_stats": {"current": 7},
    "cpu_stats": {"cpu_usage": {"total_usage": 1_234_567_890}},
    "memory_stats": {
        "usage": 5000,
        "stats": {"total_inactive_file": 2000, "inactive_file": 1, "total_rss": 900},
    },
}
ENDED = {"read": "0001-01-01T00:00:00Z", "cpu_stats": {}, "memory_stats": {}, "pids_stats": {}}


class Journalled:
    """A journal that remembers."""

    def __init__(self, path: Path) -> None:
        self.heard: list[Recorded] = []
        self.journal = Journal(path)
        self.journal.listen(self.heard.append)


@pytest.fixture
def journalled(tmp_path: Path) -> Journalled:
    """A journal of the test's own."""
    return Journalled(tmp_path / "journal.jsonl")


@pytest.fixture
def remote(journalled: Journalled) -> Iterator[ContainerUsage]:
    """What an engine tells whose processes are on another machine."""
    usage = ContainerUsage(journalled.journal, local=False)
    yield usage
    usage.close()


@pytest.fixture
def local(journalled: Journalled) -> Iterator[ContainerUsage]:
    """What an engine tells that may be this machine's."""
    usage = ContainerUsage(journalled.journal, local=True)
    yield usage
    usage.close()


def test_the_engine_tells_cpu_memory_and_threads(fake_api: FakeApi, remote: ContainerUsage) -> None:
    """One command asks for all of them; descriptors are not told from afar."""
    calls = fake_api({STATS.format("c"): RUNS, STATS.format("d"): ENDED})
    for _ in range(3):
        assert remote.sample("project", "c") == Sampled(
            deployment="project",
            cpu_seconds=1.235,
            memory_bytes=3000,
            anonymous_bytes=900,
            threads=7,
        )
        assert remote.sample("project", "d") is None
    assert calls.read_text().splitlines() == ["system dial-stdio"]


def test_what_an_engine_leaves_out_is_not_told(fake_api: FakeApi, remote: ContainerUsage) -> None:
    """A machine without the controllers, or of the newer kind."""
    newer = {"memory_stats": {"usage": 5000, "stats": {"inactive_file": 1000, "anon": 7}}}
    fake_api(
        {
            STATS.format("bare"): {"read": RUNS["read"], "memory_stats": {}, "pids_stats": {}},
            STATS.format("newer"): {"read": RUNS["read"], **newer},
        }
    )
    assert remote.sample("project", "bare") == Sampled(deployment="project")
    assert remote.sample("project", "newer") == Sampled(
        deployment="project", memory_bytes=4000, anonymous_bytes=7
    )


def test_a_container_that_is_not_there_has_no_sample(
    fake_api: FakeApi, remote: ContainerUsage
) -> None:
    """Before it is made, while another takes its place: the connection stays, and it is back."""
    calls = fake_api({})
    assert remote.sample("project", "") is None
    assert not calls.exists()
    assert remote.sample("project", "c") is None
    fake_api({STATS.format("c"): RUNS})
    assert remote.sample("project", "c") is not None
    assert calls.read_text().splitlines() == ["system dial-stdio"]


def test_descriptors_are_told_where_the_processes_are_on_this_machine(
    fake_api: FakeApi, local: ContainerUsage
) -> None:
    """The engine names the first process; its control group says whose it is."""
    group = Path("/proc/self/cgroup").read_text().strip()
    described = {"Id": group, "State": {"Pid": os.getpid()}}
    calls = {STATS.format("c"): RUNS, "/containers/c/json": described}
    fake_api(calls)
    sample = local.sample("project", "c")
    assert sample is not None
    assert sample.descriptors is not None
    assert sample.descriptors > 3


def test_descriptors_are_not_told_of_somebody_elses_process(
    fake_api: FakeApi, local: ContainerUsage
) -> None:
    """The engine's numbers may be those of a virtual machine: it is asked a few times, no more."""
    described = {"Id": "c" * 64, "State": {"Pid": os.getpid()}}
    fake_api({STATS.format("c"): RUNS, "/containers/c/json": described})
    for _ in range(container_usage.LOOKS):
        sample = local.sample("project", "c")
        assert sample is not None
        assert sample.descriptors is None
    # Asked once more, it would hang up, and nothing would be told.
    fake_api({STATS.format("c"): RUNS, "/containers/c/json": "hang up"})
    assert local.sample("project", "c") is not None


def test_a_lost_engine_is_asked_again(
    fake_api: FakeApi,
    remote: ContainerUsage,
    journalled: Journalled,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not at once; the journal says once why nothing is told."""
    calls = fake_api({STATS.format("c"): "hang up"})
    assert remote.sample("project", "c") is None
    assert remote.sample("project", "c") is None
    assert calls.read_text().splitlines() == ["system dial-stdio"]
    monkeypatch.setattr(container_usage, "RETRY_SECONDS", 0.0)
    remote._silent_until = 0.0
    assert remote.sample("project", "c") is None
    fake_api({STATS.format("c"): RUNS})
    assert remote.sample("project", "c") is not None
    assert [type(each.entry) for each in journalled.heard] == [Noted]


def test_the_end_does_not_wait_for_an_answer(
    fake_docker: FakeDocker, remote: ContainerUsage, journalled: Journalled
) -> None:
    """A run that ends ends its sampling under whatever request."""
    calls = fake_docker("exec sleep 60")
    asking = threading.Thread(target=remote.sample, args=("project", "c"))
    asking.start()
    while not calls.exists():
        asking.join(0.01)
    remote.close()
    asking.join(2)
    assert not asking.is_alive()
    assert remote.sample("project", "c") is None
    assert journalled.heard == []
