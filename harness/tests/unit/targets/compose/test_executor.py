"""Compose commands are heard while they run, and never outlive their run."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from boxproof.targets.compose.executor import CommandFailed, Executor
from boxproof.targets.process_identity import start_of
from boxproof.targets.run_lock import RUN_VARIABLE, Run, lock_folder

from .conftest import FakeDocker


def executor(run: Run) -> Executor:
    """An executor on a file with an unpleasant name."""
    return Executor("docker compose --progress plain", ["/a folder/$x.yml"], "project", run=run)


def ends(path: Path) -> bool:
    """Whether the process whose id a script wrote is gone, within the moment that a kill takes."""
    pid = int(path.read_text())
    deadline = time.monotonic() + 10
    while start_of(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    return start_of(pid) is None


def test_command_line(fake_docker: FakeDocker, run: Run) -> None:
    """File names reach compose as they are: no shell stands between."""
    calls = fake_docker("echo done")
    assert executor(run).execute("up -d") == b"done\n"
    said = calls.read_text().strip()
    assert said == "compose --progress plain -f /a folder/$x.yml -p project up -d"


def test_output_is_heard_while_it_runs(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """Each line is handed on before the command ends; standard error as well."""
    os.mkfifo(tmp_path / "heard")
    fake_docker(f"echo first >&2; read answer <{tmp_path}/heard; echo second")
    lines = []

    def heard(line: str) -> None:
        lines.append(line)
        if line == "first":
            (tmp_path / "heard").write_text("go on\n")

    executor(run).execute("build", heard=heard, limit_seconds=20)
    assert lines == ["first", "second"]


def test_failure_keeps_the_output(fake_docker: FakeDocker, run: Run) -> None:
    """A failed command is one line, and all that it said is at hand."""
    fake_docker("echo noise; echo 'Error: no space left'; exit 17")
    with pytest.raises(CommandFailed, match="docker compose up: Error: no space left") as error:
        executor(run).execute("up -d")
    assert error.value.output == "noise\nError: no space left\n"


def test_limit(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """A command that takes too long is ended with its children."""
    fake_docker(f"sleep 60 & echo $! >{tmp_path}/pid; wait")
    with pytest.raises(CommandFailed):
        executor(run).execute("down", limit_seconds=2)
    assert ends(tmp_path / "pid")


def test_stopped_by_another_thread(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """stop() ends what is being executed."""
    fake_docker(f"sleep 60 & echo $! >{tmp_path}/pid; echo begun; wait")
    begun = threading.Event()
    ours = executor(run)

    def boot() -> None:
        with pytest.raises(CommandFailed):
            ours.execute("up -d", heard=lambda _: begun.set())

    thread = threading.Thread(target=boot)
    thread.start()
    assert begun.wait(10)
    ours.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert ends(tmp_path / "pid")
    with pytest.raises(CommandFailed):
        ours.execute("up -d", limit_seconds=20)


@pytest.mark.usefixtures("heeded")
def test_interrupted(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """Ctrl-C while a command runs ends the command, with the children that it started."""
    fake_docker(f"sleep 60 & echo $! >{tmp_path}/pid; echo begun; wait")

    def interrupt(_: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        executor(run).execute("up -d", heard=interrupt, limit_seconds=20)
    assert ends(tmp_path / "pid")


@pytest.mark.usefixtures("heeded")
def test_interrupted_command_may_finish(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """What an engine is already making is waited for, so that it can be removed afterwards."""
    os.mkfifo(tmp_path / "made")
    fake_docker(f"echo begun; echo x >{tmp_path}/made; touch {tmp_path}/finished")
    reader = threading.Timer(0.3, (tmp_path / "made").read_text)

    def interrupt(_: str) -> None:
        reader.start()
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        executor(run).execute("up -d", heard=interrupt, finish_seconds=20)
    assert (tmp_path / "finished").exists()


def test_known_to_the_run_while_it_runs(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """A command is on the run's notes, and marked, for the case that the run is killed."""
    os.mkfifo(tmp_path / "read")
    fake_docker(f"echo ${RUN_VARIABLE} $$; read answer <{tmp_path}/read")
    notes = lock_folder() / f"{run.id}.pids"
    seen = []

    def heard(line: str) -> None:
        seen.append((line, notes.read_text()))
        (tmp_path / "read").write_text("go on\n")

    executor(run).execute("up -d", heard=heard, limit_seconds=20)
    [(line, noted)] = seen
    run_id, pid = line.split()
    assert run_id == run.id
    assert f'"{pid}"' in noted
    assert notes.read_text() == "{}"
