"""The folder in which workers share their metrics."""

import fcntl
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpt2_service.telemetry import shared
from gpt2_service.telemetry.shared import FOLDER_VARIABLE, SharedFolder, reading

COUNTED = """
    import os, sys
    from pathlib import Path
    from gpt2_service.telemetry.shared import SharedFolder
    folder = SharedFolder(Path(sys.argv[1]))
    from gpt2_service.telemetry.metrics import Metrics
    metrics = Metrics()
    for number in range(3):
        if not (pid := os.fork()):
            metrics.request("GET", "/", 200, 0.1)
            metrics.engine.tokens(10)
            metrics.engine.queued(5)
            os._exit(0)
        os.waitpid(pid, 0)
        folder.worker_ended(pid)
        print(*sorted(path.name.replace(str(os.getpid()), "master")
                      for path in folder.path.glob("*.db")))
    print(*(line for line in metrics.exposition().splitlines() if line[0] != "#"), sep="\\n")
    folder.remove()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedFolder]:
    # Set back after the test, whatever it is set to meanwhile.
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    folder = SharedFolder(tmp_path)
    yield folder
    folder.remove()


def test_what_ended_workers_counted_stays(tmp_path: Path) -> None:
    """In one file of each kind, however many there were; their gauges go."""
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(COUNTED), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = result.stdout.splitlines()
    files = "counter_ended.db counter_master.db gauge_livesum_master.db histogram_ended.db"
    assert lines[:3] == [f"{files} histogram_master.db"] * 3
    values = dict(line.rsplit(" ", 1) for line in lines[3:])
    assert values['gpt2_http_requests_total{method="GET",route="/",status="200"}'] == "3.0"
    assert values["gpt2_engine_tokens_total"] == "30.0"
    assert values["gpt2_engine_queued_texts"] == "0.0"
    assert not any(tmp_path.iterdir())


def test_the_master_waits_for_no_reader(folder: SharedFolder) -> None:
    """The files of that worker are added up with those of the next."""
    (folder.path / "gauge_livesum_4242.db").touch()
    with reading(str(folder.path)):
        folder.worker_ended(4242)
        assert (folder.path / "gauge_livesum_4242.db").exists()
    folder.worker_ended(4343)
    assert not (folder.path / "gauge_livesum_4242.db").exists()


def test_a_folder_that_nobody_holds_is_removed(tmp_path: Path) -> None:
    """Its service was killed; one that runs, or has only just begun, keeps its own."""
    abandoned, held, fresh = (tmp_path / f"{shared.PREFIX}{number}" for number in range(3))
    for path in (abandoned, held, fresh):
        path.mkdir()
        (path / "counter_1.db").touch()
    for path in (abandoned, held):
        os.utime(path, (0, 0))
    other = tmp_path / "of-somebody-else"
    other.mkdir()
    handle = os.open(held, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)
    shared.remove_abandoned(tmp_path)
    os.close(handle)
    assert sorted(tmp_path.iterdir()) == sorted([held, fresh, other])
