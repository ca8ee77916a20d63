"""What the engine says of a container becomes a state and, where it failed, a reason."""

import json
import threading
from typing import Any

import pytest

from boxproof.core.errors import BootFailed, EngineError
from boxproof.targets.compose.container import Container, Watcher

from .conftest import FakeDocker

#: Fails until it is called the third time; every call is noted before.
SLOW_FREEZE = """
[ "$(wc -l <"$(dirname "$0")/../calls")" -ge 3 ] || { echo unable to freeze >&2; exit 1; }
"""


def said(**state: Any) -> str:
    """A fake docker that knows one container with this state."""
    container = {
        "State": {
            "Running": False,
            "ExitCode": 0,
            "OOMKilled": False,
            "StartedAt": "2026-01-01T10:00:00Z",
            **state,
        },
        "NetworkSettings": {
            "Ports": {
                "8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "32768"}],
                "9000/tcp": None,
                "53/udp": [{"HostIp": "127.0.0.1", "HostPort": "32769"}],
            }
        },
        "HostConfig": {"NanoCpus": 1500000000},
    }
    return f"case $1 in inspect) echo '{json.dumps([container])}';; logs) echo why >&2;; esac"


def test_state(fake_docker: FakeDocker) -> None:
    """Published TCP ports and the CPU limit are read."""
    fake_docker(said(Running=True))
    state = Container("c").state()
    assert state.ports == {8000: 32768}
    assert state.cpus == 1.5
    assert state.running


@pytest.mark.parametrize(
    ("listed", "name"),
    [("shop_api_1", "shop_api_1"), ("other-1/db,shop-api-1", "shop-api-1"), ("", "")],
)
def test_a_container_is_found_by_its_labels(
    fake_docker: FakeDocker, listed: str, name: str
) -> None:
    """However compose names it; none is found where it was not made."""
    calls = fake_docker(f"echo '{listed}'")
    container = Container()
    container.find("shop", "api")
    assert container.name == name
    assert "label=com.docker.compose.project=shop" in calls.read_text()
    assert "label=com.docker.compose.service=api" in calls.read_text()


def test_a_freeze_that_fails_is_tried_again(fake_docker: FakeDocker) -> None:
    """What a busy machine does once or twice is no reason to judge nothing."""
    calls = fake_docker(SLOW_FREEZE)
    Container("c").pause()
    assert calls.read_text().splitlines() == ["pause c"] * 3


def test_a_freeze_that_never_succeeds_is_told(fake_docker: FakeDocker) -> None:
    """It is not tried for ever."""
    fake_docker("echo unable to freeze >&2; exit 1")
    with pytest.raises(EngineError, match="unable to freeze"):
        Container("c").pause()


def test_failure_of_a_dead_container(fake_docker: FakeDocker) -> None:
    """Exit code, memory and log are told."""
    fake_docker(said(ExitCode=137, OOMKilled=True))
    failure = Container("c").failure("it ended")
    assert str(failure) == "it ended: exit code 137, ended for lack of memory"
    assert (failure.exit_code_seen, failure.oom_killed, failure.log) == (137, True, "why\n")


def test_failure_of_a_running_container(fake_docker: FakeDocker) -> None:
    """A container that still runs has no exit code."""
    fake_docker(said(Running=True))
    failure = Container("c").failure("not ready")
    assert (str(failure), failure.exit_code_seen, failure.log) == ("not ready", None, "why\n")


def test_failure_of_a_container_that_never_ran(fake_docker: FakeDocker) -> None:
    """The engine's exit code for what it could not start is not the service's."""
    fake_docker(said(ExitCode=128, StartedAt="0001-01-01T00:00:00Z"))
    failure = Container("c").failure("compose up failed")
    assert (str(failure), failure.exit_code_seen) == ("compose up failed", None)


def test_failure_before_there_was_a_container(fake_docker: FakeDocker) -> None:
    """What compose said is all that there is."""
    fake_docker("exit 1")
    failure = Container("c").failure("compose up failed", "its output")
    assert (str(failure), failure.log) == ("compose up failed", "its output")
    with pytest.raises(EngineError):
        Container("c").state()


POOLS = EngineError("docker compose up: all predefined address pools have been fully subnetted")


@pytest.mark.parametrize(
    "state",
    [
        {"StartedAt": "0001-01-01T00:00:00Z"},
        {"StartedAt": "0001-01-01T00:00:00Z", "ExitCode": 128},
        {"Running": True},
    ],
)
def test_what_the_engine_could_not_do_is_not_the_services_failure(
    fake_docker: FakeDocker, state: dict[str, Any]
) -> None:
    """A container that was never begun, or that still runs beside another one's failure."""
    fake_docker(said(**state))
    assert Container("c").start_failure(POOLS) is POOLS
    fake_docker("exit 1")
    assert Container("c").start_failure(POOLS) is POOLS


@pytest.mark.parametrize(
    "state", [{"ExitCode": 1}, {"StartedAt": "0001-01-01T00:00:00Z", "ExitCode": 127}]
)
def test_a_command_that_ended_or_cannot_run_is_the_services_failure(
    fake_docker: FakeDocker, state: dict[str, Any]
) -> None:
    """Whatever else ``up`` says."""
    fake_docker(said(**state))
    assert isinstance(Container("c").start_failure(POOLS), BootFailed)


def test_a_wait_that_fails_says_nothing_of_the_container(fake_docker: FakeDocker) -> None:
    """Where the engine says that it runs, it has not ended: nothing is known."""
    calls = fake_docker(
        f"[ $1 = wait ] && {{ echo broken pipe >&2; exit 1; }}; {said(Running=True)}"
    )
    watcher = Watcher(Container("c"))
    assert watcher.gone.wait(10)
    with pytest.raises(EngineError, match="docker wait: broken pipe"):
        watcher.check()
    assert calls.read_text().count("wait c") > 1
    watcher.close()


def test_a_wait_that_fails_is_asked_another_way(fake_docker: FakeDocker) -> None:
    """A container that has ended is gone, whatever became of the wait."""
    fake_docker(f"[ $1 = wait ] && exit 1; {said()}")
    watcher = Watcher(Container("c"))
    assert watcher.gone.wait(10)
    watcher.check()
    watcher.close()


def test_watcher_sees_the_end(fake_docker: FakeDocker) -> None:
    """gone is set as soon as ``docker wait`` returns."""
    fake_docker("echo 1")
    watcher = Watcher(Container("c"))
    assert watcher.gone.wait(10)
    watcher.close()


def test_closed_watcher_says_nothing(fake_docker: FakeDocker) -> None:
    """Giving up waiting is not the container's end, and leaves no thread."""
    fake_docker("sleep 60")
    watcher = Watcher(Container("c"))
    watcher.close()
    watcher.close()
    assert not watcher.gone.is_set()
    assert "boxproof-wait" not in [each.name for each in threading.enumerate()]
