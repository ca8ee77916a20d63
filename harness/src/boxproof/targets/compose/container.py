"""One container, as the engine knows it."""

import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from boxproof.core.errors import BootFailed, EngineError
from boxproof.targets.compose import engine

#: How the engine writes a time that has not come.
NEVER = "0001-"
PAUSE_ATTEMPTS = 5
#: Times that a container is waited for where the engine breaks a wait off.
WAIT_ATTEMPTS = 3
#: What an engine gives a container that it made, and whose command it could not run: not found, or
#: not executable (https://docs.docker.com/engine/containers/run/#exit-status). That is the image's.
COMMAND_CODES = (126, 127)


@dataclass(frozen=True, slots=True)
class State:
    """What ``docker inspect`` says of a container at one moment.

    Attributes:
        health: what its own health check says, such as ``healthy``; empty where it has none.
        networks: those that it is on, each with the names that it has there.
    """

    running: bool
    began: bool
    exit_code: int
    oom_killed: bool
    ports: dict[int, int]
    host: dict[str, Any]
    paused: bool = False
    health: str = ""
    networks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def cpus(self) -> float | None:
        """The CPU limit in cores."""
        if self.host.get("NanoCpus"):
            return float(self.host["NanoCpus"]) / 1e9
        if int(self.host.get("CpuQuota") or 0) > 0:
            return float(self.host["CpuQuota"]) / float(self.host.get("CpuPeriod") or 100_000)
        return None


class Container:
    """Commands on one container by its name; each is one call of the docker command.

    The name is empty as long as there is no container: every command then fails.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name

    def find(self, project: str, service: str) -> None:
        """Take the name of the container that compose made for a service, where it made one.

        How compose names containers depends on its version and settings; its labels do not.
        https://docs.docker.com/compose/how-tos/project-name/
        """
        labels = {"project": project, "service": service, "oneoff": "False"}
        filters = [f"--filter=label=com.docker.compose.{key}={it}" for key, it in labels.items()]
        done = engine.attempt("ps", "--all", "--no-trunc", *filters, "--format", "{{.Names}}")
        # A container that another one links to has further names, with a slash in them.
        names = [each for each in done.stdout.replace(",", "\n").split() if "/" not in each]
        self.name = names[0] if done.returncode == 0 and names else ""

    def state(self) -> State:
        """Ask how it is.

        Raises:
            EngineError: it is not there.
        """
        said = engine.inspect(self.name)[0]
        return State(
            running=said["State"]["Running"],
            began=not said["State"]["StartedAt"].startswith(NEVER),
            exit_code=said["State"]["ExitCode"],
            oom_killed=said["State"]["OOMKilled"],
            ports=_published(said["NetworkSettings"].get("Ports") or {}),
            host=said["HostConfig"],
            paused=said["State"].get("Paused", False),
            health=(said["State"].get("Health") or {}).get("Status", ""),
            networks={
                name: tuple(each.get("Aliases") or ())
                for name, each in (said["NetworkSettings"].get("Networks") or {}).items()
            },
        )

    def log(self, *options: str) -> str:
        """Everything that it wrote so far; empty when it is not there."""
        done = engine.attempt("logs", *options, self.name, merge=True)
        return done.stdout if done.returncode == 0 else ""

    def call(self, command: str, *options: str, limit_seconds: float = engine.CALL_SECONDS) -> None:
        """Run ``docker COMMAND OPTIONS name``.

        Raises:
            EngineError: it failed.
        """
        engine.docker(command, *options, self.name, limit_seconds=limit_seconds)

    def pause(self) -> None:
        """Freeze all of its processes.

        On a busy machine a freeze under cgroup v1 may fail and be undone; to try again is left to
        the caller (https://github.com/opencontainers/runc/pull/4388).

        Raises:
            EngineError: it failed each time.
        """
        for _ in range(PAUSE_ATTEMPTS - 1):
            with suppress(EngineError):
                self.call("pause")
                return
        self.call("pause")

    def failure(self, summary: str, output: str = "", *, timed_out: bool = False) -> BootFailed:
        """What to say of a boot that failed: log, exit code and OOM flag, as far as it came."""
        try:
            state = self.state()
        except EngineError:
            return BootFailed(summary, log=output, timed_out=timed_out)
        log = output + self.log()
        if state.running or not state.began:
            return BootFailed(summary, log=log, timed_out=timed_out)
        told = ", ended for lack of memory" if state.oom_killed else ""
        return BootFailed(
            f"{summary}: exit code {state.exit_code}{told}",
            log=log,
            exit_code_seen=state.exit_code,
            oom_killed=state.oom_killed,
            timed_out=timed_out,
        )

    def start_failure(self, error: EngineError, output: str = "") -> BootFailed | EngineError:
        """Whose failure it was that the engine did not start this container, or said so.

        Returns:
            A :class:`BootFailed` where the service's own command ran and ended, or could not run;
            else the engine's error: an address pool that is exhausted, say, or another service
            that the engine waited for.
        """
        try:
            state = self.state()
        except EngineError:
            return error
        if (state.began and not state.running) or state.exit_code in COMMAND_CODES:
            return self.failure(str(error), output)
        return error

    def execute(self, *command: str, user: str = "") -> tuple[int, str, str]:
        """Run a command inside: its exit code and what it wrote to both streams."""
        options = ["--user", user] if user else []
        done = engine.attempt("exec", *options, self.name, *command)
        return done.returncode, done.stdout, done.stderr


class Watcher:
    """Waits, in a thread, for the end of what now runs in a container.

    Attributes:
        gone: set as soon as it has ended, or the engine no longer tells; see :meth:`check`.
    """

    def __init__(self, container: Container) -> None:
        self.gone = threading.Event()
        self._container = container
        self._trouble = ""
        self._closed = False
        self._child = self._launch()
        self._thread = threading.Thread(target=self._wait, daemon=True, name="boxproof-wait")
        self._thread.start()

    def close(self) -> None:
        """Stop waiting; safe to call twice."""
        self._closed = True
        engine.kill(self._child)
        self._thread.join(engine.CALL_SECONDS)

    def check(self) -> None:
        """Make sure that what is gone is the container, and not the engine's answer.

        Raises:
            EngineError: it could not be waited for; nothing is known of the service.
        """
        if self._trouble:
            raise EngineError(f"docker wait: {self._trouble}")

    def _launch(self) -> "subprocess.Popen[str]":
        return engine.launch(["docker", "wait", self._container.name], stderr=engine.PIPE)

    def _wait(self) -> None:
        for attempt in range(1, WAIT_ATTEMPTS + 1):
            _, said = self._child.communicate()
            # Killed by close(): nothing was learned of the container.
            if self._closed:
                return
            if self._child.returncode == 0 or self._has_ended():
                break
            if attempt == WAIT_ATTEMPTS:
                self._trouble = engine.last_line(said)
                break
            self._child = self._launch()
            if self._closed:
                engine.kill(self._child)
        self.gone.set()

    def _has_ended(self) -> bool:
        """Whether the engine says so by another way."""
        try:
            return not self._container.state().running
        except EngineError:
            return False


def _published(ports: dict[str, Any]) -> dict[int, int]:
    """Container port to host port, for TCP."""
    return {
        int(inside.partition("/")[0]): int(outside[0]["HostPort"])
        for inside, outside in ports.items()
        if outside and inside.endswith("/tcp")
    }
