"""A live run's things are never touched; a dead run's are all removed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxproof.targets import process_identity, reaper, run_lock
from boxproof.targets.reaper import Owner
from boxproof.targets.run_lock import Run, live_runs, sweep

SLEEPER = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]

ABANDON = """
import os, signal, subprocess, sys
from pathlib import Path
from boxproof.targets.run_lock import Run
run = Run(Path(sys.argv[1]))
child = subprocess.Popen({sleeper!r}, start_new_session=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, env={{**os.environ, **run.environment}})
child.stdout.readline()
run.note_process(child.pid)
(run.folder / "file").write_text("x")
print(run.id, child.pid, run.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


pytestmark = pytest.mark.usefixtures("own_tmpdir")


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(reaper, "_docker", lambda *_: None)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process group leader that does nothing."""
    with subprocess.Popen(SLEEPER, start_new_session=True, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        yield child
        child.kill()


def abandon(tmp_path: Path) -> tuple[str, int, Path]:
    """Let another process begin a run with a process and a file, and die by SIGKILL."""
    done = subprocess.run(
        [sys.executable, "-c", ABANDON.format(sleeper=SLEEPER), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    run_id, pid, folder = done.stdout.split()
    return run_id, int(pid), Path(folder)


def test_close_leaves_nothing(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    """close() ends noted processes, removes lock, notes and folder, and may be called twice."""
    run = Run(tmp_path)
    run.note_process(sleeper.pid)
    (run.folder / "file").write_text("x")
    run.close()
    run.close()
    assert sleeper.wait(10) == -signal.SIGKILL
    assert list(run_lock.lock_folder().iterdir()) == []


def test_forgotten_process_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    """A process that was forgotten is not ended by close()."""
    run = Run(tmp_path)
    run.note_process(sleeper.pid)
    run.forget_process(sleeper.pid)
    run.close()
    assert sleeper.poll() is None


def test_folders_are_private(tmp_path: Path) -> None:
    """Neither locks nor scratch files can be read or replaced by other users."""
    with Run(tmp_path) as run:
        assert run_lock.lock_folder().stat().st_mode & 0o777 == 0o700
        assert run.folder.stat().st_mode & 0o777 == 0o700


def test_two_live_runs_do_not_meet(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    """A sweep beside two live runs removes nothing, and their ids and folders differ."""
    with Run(tmp_path) as first, Run(tmp_path) as second:
        first.note_process(sleeper.pid)
        assert first.id != second.id
        assert first.folder != second.folder
        assert sweep() == []
        assert sorted(live_runs()) == sorted([first.id, second.id])
        assert first.folder.is_dir()
        assert second.folder.is_dir()
        sleeper.send_signal(0)
        assert sleeper.poll() is None
        first.forget_process(sleeper.pid)


def test_sweep_removes_what_a_killed_run_left(tmp_path: Path) -> None:
    """After SIGKILL of a run, its process group, folder and lock go; a second finds nothing."""
    run_id, pid, folder = abandon(tmp_path)
    assert process_identity.start_of(pid) is not None
    said = sweep()
    assert f"process group {pid} of run {run_id}" in said
    assert f"folder {folder} of run {run_id}" in said
    assert process_identity.start_of(pid) is None
    assert list(run_lock.lock_folder().iterdir()) == []
    assert sweep() == []


def test_what_was_kept_stays_until_it_is_cleaned(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    """Its process and what it uses of the folder; nothing else that the run had made."""
    with subprocess.Popen(SLEEPER, start_new_session=True, stdout=subprocess.PIPE) as other:
        run = Run(tmp_path)
        run.note_process(sleeper.pid)
        run.note_process(other.pid)
        used = run.folder / "process" / "data"
        used.mkdir(parents=True)
        (run.folder / "secrets.yml").write_text("x")
        (run.folder / "another").mkdir()
        run.keep([used], sleeper.pid)
        run.close()
        assert other.wait(10) == -signal.SIGKILL
    assert (sweep(), live_runs(), run_lock.kept_runs()) == ([], [], [run.id])
    assert list(run.folder.iterdir()) == [used.parent]
    assert sleeper.poll() is None
    assert f"process group {sleeper.pid} of run {run.id}" in run_lock.clean()
    assert sleeper.wait(10) == -signal.SIGKILL
    assert list(run_lock.lock_folder().iterdir()) == []


def test_a_later_process_with_the_same_id_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    """A dead run's note with another start time is another process: it lives on."""
    run_id, pid, _ = abandon(tmp_path)
    assert run_lock._end_group(pid, str(process_identity.start_of(pid)), run_id)
    notes = run_lock.lock_folder() / f"{run_id}.pids"
    notes.write_text(json.dumps({str(sleeper.pid): "another boot/1"}))
    assert not [line for line in sweep() if "process group" in line]
    assert sleeper.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads other processes' environment in /proc")
def test_members_outlive_their_leader_only_until_the_sweep(tmp_path: Path) -> None:
    """A group whose leader is gone is ended by the mark in its members' environment."""
    run_id, pid, _ = abandon(tmp_path)
    spawn = (
        "import subprocess, sys;"
        f"c = subprocess.Popen({SLEEPER!r}, stdout=subprocess.PIPE);"
        "c.stdout.readline(); print(c.pid, flush=True)"
    )
    leader = subprocess.Popen(
        [sys.executable, "-c", spawn],
        start_new_session=True,
        stdout=subprocess.PIPE,
        env={**os.environ, run_lock.RUN_VARIABLE: run_id},
    )
    member = int(leader.communicate(timeout=30)[0])
    notes = run_lock.lock_folder() / f"{run_id}.pids"
    notes.write_text(
        json.dumps({str(pid): process_identity.start_of(pid), str(leader.pid): "gone"})
    )
    started = process_identity.start_of(member)
    assert started is not None
    said = sweep()
    assert f"process group {leader.pid} of run {run_id}" in said
    assert run_lock._await_end(member, started)


def test_a_file_cannot_point_the_sweep_elsewhere(tmp_path: Path) -> None:
    """A damaged lock file that names a foreign folder does not make the sweep remove it."""
    precious = tmp_path / "precious"
    precious.mkdir()
    lock = run_lock.lock_folder() / "0badf00d.lock"
    lock.write_text(json.dumps({"host": run_lock.host(), "folder": str(precious)}))
    sweep()
    assert precious.is_dir()
    assert not lock.exists()


def test_another_hosts_lock_is_left_alone(tmp_path: Path) -> None:
    """On a shared temporary folder, a lock that another host wrote stays."""
    lock = run_lock.lock_folder() / "0badf00d.lock"
    lock.write_text(json.dumps({"host": "elsewhere/1", "folder": str(tmp_path)}))
    assert sweep() == []
    assert lock.exists()


@pytest.mark.parametrize(("state", "dead"), [("exited", True), ("running", False)])
def test_what_an_ended_job_left_is_dead(
    monkeypatch: pytest.MonkeyPatch, state: str, dead: bool
) -> None:
    """A CI job lives in a container: the next one sees neither its host nor its locks."""
    monkeypatch.setattr(reaper, "_docker", lambda *_: state)
    me = str(os.getuid())
    job = Owner("a", "/tmp/boxproof-0/a.lock", "job-1/1", me, "0123")
    assert run_lock._is_dead(job, []) is dead
    assert not run_lock._is_dead(Owner("a", "/tmp/boxproof-0/a.lock", "job-1/1", me), [])
    assert not run_lock._is_dead(Owner("a", "", "job-1/1", "12345", "0123"), [])


def test_whose_resources_are_dead(tmp_path: Path) -> None:
    """Resources of a dead run of this user and host go; all others stay."""
    here, me = run_lock.host(), str(os.getuid())
    dead = run_lock.lock_folder() / "0badf00d.lock"
    dead.write_text("")
    free = tmp_path / "free.lock"
    free.write_text("")
    kept = run_lock.lock_folder() / "0badcafe.lock"
    kept.write_text(json.dumps({"kept": True}))
    with Run(tmp_path) as run:
        owners = {
            "dead": Owner("a", str(dead), here, me),
            "free elsewhere": Owner("f", str(free), here, me),
            "lock gone": Owner("b", str(dead.with_name("gone.lock")), here, me),
            "kept": Owner("k", str(kept), here, me),
            "live": Owner("c", run.labels["boxproof.lock"], here, me),
            "elsewhere": Owner("d", str(dead), "elsewhere/1", me),
            "another user": Owner("e", str(dead), here, "12345"),
        }
        judged = {name: run_lock._is_dead(each, [dead]) for name, each in owners.items()}
        assert run_lock._is_dead(owners["kept"], [dead, kept])
    assert [name for name, it_is in judged.items() if it_is] == [
        "dead",
        "free elsewhere",
        "lock gone",
    ]


def test_scratch_lies_beside_the_settings_where_the_engine_is_remote(tmp_path: Path) -> None:
    """With docker-in-docker only the checkout is shared; the folder there ignores itself in git."""
    with Run(tmp_path, remote=True) as run:
        assert run.folder == tmp_path / ".boxproof" / run.id
        assert (tmp_path / ".boxproof" / ".gitignore").read_text() == "*\n"
    assert not run.folder.exists()
