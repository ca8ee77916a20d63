"""Everybody works at once, or one alone."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.cancellation import Cancellation, Cancelled
from boxproof.targets.engine_lock import EngineLock

HOLD = """
import sys
from pathlib import Path
from boxproof.targets.engine_lock import EngineLock
with getattr(EngineLock("x", Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    sys.stdin.read()
"""
#: Ends a test that would hang; nothing is asserted with it.
LIMIT_SECONDS = 30.0


@pytest.fixture
def lock(tmp_path: Path) -> EngineLock:
    """One run's share in a lock of the test's own."""
    return EngineLock("x", tmp_path)


@contextmanager
def elsewhere(folder: Path, how: str) -> Iterator["subprocess.Popen[str]"]:
    """Another run, in a process of its own, that works or is alone."""
    command = [sys.executable, "-c", HOLD, str(folder), how]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child
        child.kill()


def later(work: Callable[[], None]) -> threading.Thread:
    """Does something in another thread."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_runs_work_side_by_side(lock: EngineLock, tmp_path: Path) -> None:
    """Neither waits for the other, and a thread may enter twice."""
    with elsewhere(tmp_path, "working"), lock.working(), lock.working():
        pass


def test_who_would_be_alone_waits_for_another_run(lock: EngineLock, tmp_path: Path) -> None:
    """It says so where that takes too long."""
    with (
        elsewhere(tmp_path, "working"),
        pytest.raises(NotJudged, match="could not be judged alone"),
        lock.alone(limit_seconds=0),
    ):
        pass


def test_another_run_waits_for_who_is_alone(lock: EngineLock, tmp_path: Path) -> None:
    """Until that one is done."""
    entered = threading.Event()

    def work() -> None:
        with lock.working():
            entered.set()

    with elsewhere(tmp_path, "alone") as other:
        thread = later(work)
        assert not entered.wait(0.2)
        other.communicate()
        thread.join(LIMIT_SECONDS)
    assert entered.is_set()


def test_a_dead_run_holds_nothing(lock: EngineLock, tmp_path: Path) -> None:
    """The kernel frees what it held."""
    with elsewhere(tmp_path, "alone") as other:
        other.kill()
        other.wait()
        with lock.alone(LIMIT_SECONDS):
            pass


def test_two_that_work_and_would_both_be_alone_take_turns(tmp_path: Path) -> None:
    """Each gives up its share while it waits, so that neither waits for the other for ever."""
    both = threading.Barrier(2, timeout=LIMIT_SECONDS)
    within: list[str] = []

    def confirm(name: str) -> None:
        lock = EngineLock("x", tmp_path)
        with lock.working():
            both.wait()
            with lock.alone(LIMIT_SECONDS):
                within.extend((f"{name} in", f"{name} out"))

    threads = [later(lambda: confirm("a")), later(lambda: confirm("b"))]
    for thread in threads:
        thread.join(LIMIT_SECONDS)
    assert sorted((within[:2], within[2:])) == [["a in", "a out"], ["b in", "b out"]]


def test_other_threads_of_the_same_run_wait_too(lock: EngineLock) -> None:
    """What it makes in the background is held off; the one that is alone may go on working."""
    entered = threading.Event()

    def work() -> None:
        with lock.working():
            entered.set()

    with lock.alone(LIMIT_SECONDS):
        thread = later(work)
        with lock.working(), lock.resting(), lock.alone():
            assert not entered.wait(0.2)
    thread.join(LIMIT_SECONDS)
    assert entered.is_set()


def test_who_rests_lets_another_be_alone(lock: EngineLock, tmp_path: Path) -> None:
    """Else a clause that waits for a background boot would wait for itself."""
    with lock.working(), lock.resting(), elsewhere(tmp_path, "alone"):
        pass


def test_a_run_that_ends_waits_no_longer(lock: EngineLock, tmp_path: Path) -> None:
    """Its background threads end with it."""
    run = Cancellation()
    run.cancel()
    with (
        elsewhere(tmp_path, "alone"),
        run.governing(),
        pytest.raises(Cancelled),
        lock.working(),
    ):
        pass
