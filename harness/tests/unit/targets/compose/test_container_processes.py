"""Processes are read with the container's own shell, and only the service's own are shown."""

import os
import subprocess
import sys

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError, HasEnded
from boxproof.targets.abilities import Process
from boxproof.targets.compose import container_processes
from boxproof.targets.compose.container import Container

from .conftest import FakeDocker

LISTED = """\
1 0 10001 gunicorn --config x
7 1 10001 gunicorn worker
9 1 10001
31 0 10001 python -c health check
32 31 10001 a child of it
40 0 10001 sh -c list
41 40 10001 tr
"""


def test_observers_are_left_out(fake_docker: FakeDocker) -> None:
    """What the engine started from outside (health checks, this look) is not the service's."""
    fake_docker(f"cat <<'END'\n{LISTED}END")
    assert container_processes.processes(Container("c")) == (
        Process(1, 0, 10001, "gunicorn --config x"),
        Process(7, 1, 10001, "gunicorn worker"),
        Process(9, 1, 10001, ""),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_script_reads_proc() -> None:
    """The script tells a process's parent, user and whole command line."""
    command = [sys.executable, "-c", "print(flush=True); input()", "two words", "line\nbreak"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        listed = subprocess.run(
            ["sh", "-c", container_processes.LIST], capture_output=True, text=True, check=True
        ).stdout
        child.communicate(b"\n")
    every = {each.pid: each for each in container_processes._parse(listed)}
    assert every[child.pid].parent == os.getpid()
    assert every[child.pid].uid == os.getuid()
    assert every[child.pid].command.endswith("two words line break")


def test_no_shell(fake_docker: FakeDocker) -> None:
    """An image without a shell cannot be looked into: that is no fault of the service."""
    fake_docker(
        "echo 'OCI runtime exec failed: exec: \"sh\": executable file not found in $PATH' >&2;"
        "exit 127"
    )
    with pytest.raises(NotJudged, match="no shell"):
        container_processes.processes(Container("c"))
    with pytest.raises(NotJudged, match="no shell"):
        container_processes.signal(Container("c"), 7, 15)


@pytest.mark.parametrize(
    "said",
    [
        "container c is not running",
        # Podman 4.3.1
        "can only create exec sessions on running containers: container state improper",
    ],
)
def test_stopped_container(fake_docker: FakeDocker, said: str) -> None:
    """A container that does not run has no processes to show: an error, not an empty list."""
    fake_docker(f"echo 'Error response from daemon: {said}' >&2; exit 1")
    with pytest.raises(HasEnded, match=said):
        container_processes.processes(Container("c"))


def test_a_container_that_ends_while_it_is_looked_into(fake_docker: FakeDocker) -> None:
    """The engine's error is no list of processes, and the next look tells that it has ended."""
    fake_docker(
        """
        [ -e "$0.seen" ] && { echo 'container c is not running' >&2; exit 1; }
        touch "$0.seen"
        echo 'OCI runtime exec failed: exec failed: container is stopping'; exit 128
        """
    )
    with pytest.raises(HasEnded, match="is not running"):
        container_processes.processes(Container("c"))


def test_first_process_is_signalled_by_the_engine(fake_docker: FakeDocker) -> None:
    """From inside, the kernel would keep the signal from it."""
    calls = fake_docker("true")
    container_processes.signal(Container("c"), 1, 9)
    assert calls.read_text() == "kill --signal 9 c\n"


def test_another_users_process(fake_docker: FakeDocker) -> None:
    """Without the right to signal it, it is signalled as its own user."""
    calls = fake_docker(
        """
        [ "$2" = --user ] && exit 0
        case "$*" in *kill*) echo 'kill: Operation not permitted' >&2; exit 1;; esac
        echo "7 1 33 worker"
        """
    )
    container_processes.signal(Container("c"), 7, 15)
    assert "exec --user 33 c sh -c kill -15 7" in calls.read_text()


def test_no_such_process(fake_docker: FakeDocker) -> None:
    """A process that is gone is told."""
    fake_docker("echo 'sh: 1: kill: No such process' >&2; exit 1")
    with pytest.raises(ProcessLookupError, match="process 7 in c"):
        container_processes.signal(Container("c"), 7, 15)


def test_a_signal_to_a_first_process_that_has_ended(fake_docker: FakeDocker) -> None:
    """It is told apart from an engine that fails."""
    fake_docker("echo 'cannot kill container: c: container c is not running' >&2; exit 1")
    with pytest.raises(ProcessLookupError, match="has ended"):
        container_processes.signal(Container("c"), 1, 15)
    fake_docker("echo 'no such thing' >&2; exit 1")
    with pytest.raises(EngineError, match="no such thing"):
        container_processes.signal(Container("c"), 1, 15)
