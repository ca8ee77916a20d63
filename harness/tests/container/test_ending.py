"""However a run ends, and whatever runs beside it, exactly its own things go."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from boxproof.core import signals
from boxproof.core.errors import BootFailed, EngineError
from boxproof.targets.base import Variant
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.run_lock import clean, sweep

from .conftest import Begin, count, elsewhere, left, swept

#: Scheduler, and lives until it is ended.
BOOT = """
target.boot(Variant())
sys.stdin.read()
"""


@pytest.mark.parametrize("moment", ["boot", "ready"])
@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_at_any_moment(
    begin: Begin, project: Path, tmp_path: Path, moment: str, number: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM, in the middle of ``up`` or later, leave nothing."""
    begin().target.prepare()
    with elsewhere(moment, BOOT, project, tmp_path / "other.jsonl") as (run_id, _, child):
        child.send_signal(number)
        assert child.wait(60) != 0
        assert left(run_id) == []


@pytest.mark.parametrize("moment", ["boot", "ready"])
def test_killed_at_any_moment(begin: Begin, project: Path, tmp_path: Path, moment: str) -> None:
    """After SIGKILL the next run's sweep removes all of it, and nothing of a live run."""
    beside = begin()
    deployment = beside.target.boot(Variant())
    with elsewhere(moment, BOOT, project, tmp_path / "other.jsonl") as (run_id, pid, child):
        assert not [each for each in sweep() if run_id in each]
        os.kill(pid, signal.SIGKILL)
        child.wait(60)
        assert swept(run_id)
    assert count(deployment) == 0


def test_two_runs_at_once(begin: Begin) -> None:
    """Two runs of one project neither share data nor end each other, and what one keeps stays."""
    first, second = begin(), begin()
    one, other = first.target.boot(Variant()), second.target.boot(Variant())
    assert one.endpoint != other.endpoint
    count(one, add=True)
    assert count(other) == 0
    first.close()
    assert first.left() == []
    sweep()
    assert count(other, add=True) == 1
    kept = other.keep()
    second.run.keep(kept.paths, kept.process)
    second.close()
    assert not [each for each in sweep() if second.run.id in each]
    assert count(other) == 1
    assert list(second.run.folder.iterdir()) == []
    inside = kept.looks["look inside"].replace(" -it ", " ").split()
    seen = subprocess.run([*inside, "-c", "echo here"], capture_output=True, text=True, check=True)
    assert seen.stdout == "here\n"
    clean()
    assert second.left() == []


def test_boots_from_several_threads(begin: Begin) -> None:
    """Deployments of one target that are booted at the same time are independent."""
    run = begin()
    booted: list[ComposeDeployment] = []
    threads = [
        threading.Thread(target=lambda: booted.append(run.target.boot(Variant()))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    one, other = booted
    count(one, add=True)
    assert count(other) == 0
    one.close()
    assert count(other) == 0


def test_closed_while_another_thread_boots(begin: Begin) -> None:
    """Closing the target ends a boot in another thread, and no more can be begun."""
    run = begin()
    ended = threading.Event()
    booting = threading.Event()
    run.journal.listen(lambda entry: booting.set() if entry.kind == "boot" else None)

    def boot() -> None:
        with pytest.raises((BootFailed, EngineError)):
            run.target.boot(Variant(environment={"HANG": "1"}))
        ended.set()

    thread = threading.Thread(target=boot)
    thread.start()
    assert booting.wait(60)
    run.target.close()
    assert run.left() == []
    assert ended.wait(10)
    with pytest.raises(EngineError, match="the run is ending"):
        run.target.boot(Variant())


def test_close_twice(begin: Begin) -> None:
    """Deployments and targets may be closed again, in any state."""
    run = begin()
    deployment = run.target.boot(Variant())
    deployment.kill()
    deployment.close()
    deployment.close()
    run.target.close()
    run.target.close()
    assert run.left() == []


def test_removal_is_not_cut_short(begin: Begin, capsys: pytest.CaptureFixture[str]) -> None:
    """A second Ctrl-C while containers are removed is answered, and the removal goes on."""
    run = begin()
    deployment = run.target.boot(Variant())
    run.journal.listen(
        lambda entry: os.kill(os.getpid(), signal.SIGINT) if entry.kind == "log" else None
    )
    with signals.as_interrupt():
        deployment.close()
    assert run.left() == []
    assert "please wait" in capsys.readouterr().err
