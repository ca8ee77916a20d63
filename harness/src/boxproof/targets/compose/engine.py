"""The container engine through its command, and in one line what is wrong with it."""

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from boxproof.core.errors import EngineError

#: For callers that want standard error apart.
PIPE = subprocess.PIPE

CHECK_SECONDS = 20.0
CALL_SECONDS = 60.0

INSTALL = "install Docker Engine or Docker Desktop: https://docs.docker.com/engine/install/"
#: What the docker command says, and what to say of it.
TROUBLES = (
    (
        "permission denied",
        "no rights to the engine's socket; run 'sudo usermod -aG docker $USER' and log in again",
    ),
    ("is the docker daemon running", "the engine is not running; start it or Docker Desktop"),
    ("cannot connect to the docker daemon", "the engine is not running; start it"),
    ("no such host", "the engine's host is not known; check DOCKER_HOST"),
    ("connection refused", "the engine does not answer there; check DOCKER_HOST"),
    ("context not found", "no such docker context; see 'docker context ls'"),
)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that answers.

    Attributes:
        version: of the engine.
        compose: version of the compose plugin.
        endpoint: where it is reached, such as ``unix:///var/run/docker.sock``.
        platform: such as ``linux/amd64``.
        api: version of its API, such as ``1.45``.
        id: which engine it is, whatever way one takes to it.
        cpus: processors of its machine; 0 where it does not say.
        memory_bytes: memory of its machine; 0 where it does not say.
    """

    version: str
    compose: str
    endpoint: str
    platform: str
    api: str = ""
    id: str = ""
    cpus: int = 0
    memory_bytes: int = 0

    @property
    def mounts_subpaths(self) -> bool:
        """Whether it mounts a part of a volume, such as one file, and Compose can say so.

        https://docs.docker.com/engine/storage/volumes/#mount-a-volume-subdirectory
        """
        return _version(self.api) >= (1, 45) and _version(self.compose) >= (2, 26)

    @property
    def remote(self) -> bool:
        """Whether it is reached over a network: ports that it publishes are then on its host."""
        return self.endpoint.startswith(("tcp://", "ssh://", "http://", "https://"))

    @property
    def bind_address(self) -> str:
        """The address of the engine's host that ports are published on."""
        return "0.0.0.0" if self.remote else "127.0.0.1"

    @property
    def host(self) -> str:
        """The host part of the address at which published ports are reached."""
        if not self.remote:
            return "127.0.0.1"
        name = urlsplit(self.endpoint).hostname or "127.0.0.1"
        return f"[{name}]" if ":" in name else name


def check() -> Engine:
    """Look whether an engine with Compose v2 answers.

    Raises:
        EngineError: none does; one line with the reason and the next step.
    """
    questions = (
        ("version", "--format", "{{json .Server}}"),
        ("compose", "version", "--short"),
        # Of the context in force, which DOCKER_HOST and DOCKER_CONTEXT decide as for every command.
        ("context", "inspect", "--format", "{{.Endpoints.docker.Host}}"),
        ("info", "--format", "{{json .}}"),
    )
    with ThreadPoolExecutor(len(questions)) as pool:
        server, compose, endpoint, machine = pool.map(_ask, questions)
    if server.returncode != 0 or server.stdout.strip() in ("", "null"):
        raise EngineError(_trouble(server.stderr))
    if compose.returncode != 0:
        raise EngineError(
            "docker: Compose v2 is missing; install the package docker-compose-plugin"
            " (Debian's own: docker-compose-v2 or docker-compose)"
        )
    said = json.loads(server.stdout)
    info = _object(machine.stdout)
    return Engine(
        version=str(said.get("Version", "")),
        compose=compose.stdout.strip(),
        endpoint=endpoint.stdout.strip() or os.environ.get("DOCKER_HOST", ""),
        platform=f"{said.get('Os', '')}/{said.get('Arch', '')}",
        api=str(said.get("ApiVersion", "")),
        id=str(info.get("ID") or ""),
        cpus=int(info.get("NCPU") or 0),
        memory_bytes=int(info.get("MemTotal") or 0),
    )


def docker(*arguments: str, limit_seconds: float = CALL_SECONDS) -> str:
    """The standard output of one docker command.

    Raises:
        EngineError: it failed, or took longer than ``limit_seconds``; its own last line.
    """
    done = attempt(*arguments, limit_seconds=limit_seconds)
    if done.returncode != 0:
        raise EngineError(f"docker {arguments[0]}: {last_line(done.stderr)}")
    return done.stdout


def attempt(
    *arguments: str, limit_seconds: float = CALL_SECONDS, merge: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run one docker command to its end, whatever that is; ``merge`` puts stderr into stdout.

    Raises:
        EngineError: there is no docker command, or it took longer than ``limit_seconds``.
    """
    command = ["docker", *arguments]
    with started(command, stderr=subprocess.STDOUT if merge else subprocess.PIPE) as child:
        try:
            out, err = child.communicate(timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"docker {arguments[0]}: no answer within {limit_seconds:g} s"
            ) from None
    return subprocess.CompletedProcess(command, child.returncode, out, err or "")


@contextlib.contextmanager
def started(
    command: Sequence[str],
    *,
    stderr: int = subprocess.STDOUT,
    environment: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """:func:`launch` a child for the length of a block, whose end it does not outlive."""
    child = launch(command, stderr=stderr, environment=environment)
    try:
        yield child
    finally:
        end(child)


def launch(
    command: Sequence[str],
    *,
    stderr: int = subprocess.STDOUT,
    stdin: int = subprocess.DEVNULL,
    stdout: int = PIPE,
    environment: dict[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start a child whose output is read; who calls this must :func:`end` it.

    It has a session of its own: a terminal's Ctrl-C does not reach it, and it is ended together
    with all that it started (plugins of docker).

    Raises:
        EngineError: there is no such command.
    """
    try:
        return subprocess.Popen(
            list(command),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env=environment,
        )
    except FileNotFoundError:
        raise EngineError(f"{command[0]}: not installed; {INSTALL}") from None
    except PermissionError as error:
        raise EngineError(f"{command[0]}: cannot be run: {error.strerror}") from None


def end(child: subprocess.Popen[str]) -> None:
    """Kill a child with all that it started, unless it has ended by itself."""
    kill(child)
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()


def kill(child: subprocess.Popen[str]) -> None:
    """Kill a child and what it started, without waiting for it."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def last_line(text: str) -> str:
    """The last line that says something: what compose and docker put their error into."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "failed without output"


def inspect(*names: str) -> list[Any]:
    """What ``docker inspect`` says of containers or images.

    Raises:
        EngineError: one of them is not there.
    """
    found: list[Any] = json.loads(docker("inspect", *names))
    return found


def _version(text: str) -> tuple[int, ...]:
    """The first two numbers of a version; none where it has no such."""
    found = re.match(r"v?(\d+)\.(\d+)", text)
    return tuple(map(int, found.groups())) if found else ()


def _ask(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return attempt(*arguments, limit_seconds=CHECK_SECONDS)


def _object(text: str) -> dict[str, Any]:
    """A JSON object; empty where the engine says nothing of itself."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _trouble(stderr: str) -> str:
    for mark, meaning in TROUBLES:
        if mark in stderr.lower():
            return f"docker: {meaning}"
    return f"docker: {last_line(stderr)}"
