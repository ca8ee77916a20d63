"""What is wrong with an engine is said in one line, with the next step."""

from pathlib import Path

import pytest

from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.compose.engine import Engine

from .conftest import FakeDocker

GOOD = """
case "$1" in
  version) echo '{"Version": "26.1.5", "Os": "linux", "Arch": "amd64"}';;
  compose) echo 2.26.1;;
  context) echo "$ENDPOINT";;
esac
"""


def test_engine_that_answers(fake_docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions, platform and endpoint are what a report shows."""
    fake_docker(GOOD)
    monkeypatch.setenv("ENDPOINT", "unix:///var/run/docker.sock")
    found = engine.check()
    assert found == Engine("26.1.5", "2.26.1", "unix:///var/run/docker.sock", "linux/amd64")
    assert (found.remote, found.bind_address, found.host) == (False, "127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("tcp://docker:2376", "docker"),
        ("tcp://10.0.0.5:2375", "10.0.0.5"),
        ("tcp://[fd00::1]:2375", "[fd00::1]"),
        ("ssh://me@build-host", "build-host"),
    ],
)
def test_remote_engine(endpoint: str, host: str) -> None:
    """A remote engine publishes on every address of its host, and is reached by its name."""
    found = Engine("1", "2", endpoint, "linux/arm64")
    assert (found.remote, found.bind_address, found.host) == (True, "0.0.0.0", host)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///v",
            ["no rights", "usermod -aG docker"],
        ),
        (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. "
            "Is the docker daemon running?",
            ["not running", "start it"],
        ),
        ("error during connect: lookup docker: no such host", ["DOCKER_HOST"]),
        ("first line\nsomething new", ["docker: something new"]),
    ],
)
def test_engine_that_does_not_answer(fake_docker: FakeDocker, said: str, words: list[str]) -> None:
    """The docker command's words become a reason and a next step."""
    fake_docker(f'[ "$1" = version ] && {{ echo "{said}" >&2; exit 1; }}; echo 2.26.1')
    with pytest.raises(EngineError) as error:
        engine.check()
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_no_docker_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a docker command, the line says where to get one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"docker: not installed; install .*https://"):
        engine.check()


def test_no_compose(fake_docker: FakeDocker) -> None:
    """An engine without Compose v2 is told apart from no engine."""
    fake_docker(
        '[ "$1" = version ] && echo \'{"Version": "26"}\' && exit; '
        "echo \"docker: 'compose' is not a docker command.\" >&2; exit 1"
    )
    with pytest.raises(EngineError, match="Compose v2 is missing; install"):
        engine.check()


def test_a_call_is_bounded(fake_docker: FakeDocker) -> None:
    """A command that hangs, with a child of its own, ends at its limit."""
    fake_docker("sleep 60")
    with pytest.raises(EngineError, match=r"docker ps: no answer within 0\.1 s"):
        engine.docker("ps", limit_seconds=0.1)


def test_a_failed_call(fake_docker: FakeDocker) -> None:
    """A command that fails is told by its own last line."""
    fake_docker("echo noise >&2; echo 'No such container: x' >&2; exit 1")
    with pytest.raises(EngineError, match=r"^docker rm: No such container: x$"):
        engine.docker("rm", "x")


@pytest.mark.parametrize(
    ("api", "compose", "mounts"),
    [
        ("1.45", "2.26.1-4", True),
        ("1.51", "v2.40.0", True),
        ("1.44", "2.26.1", False),
        ("1.45", "2.9.0", False),
        ("", "", False),
    ],
)
def test_parts_of_volumes(api: str, compose: str, mounts: bool) -> None:
    """Engine 26 mounts them, where its Compose can say so."""
    assert Engine("", compose, "", "", api=api).mounts_subpaths is mounts
