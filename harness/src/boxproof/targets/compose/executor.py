"""pytest-docker's executor, with progress that is seen and children that do not outlive us."""

import contextlib
import os
import shlex
import subprocess
import threading
from collections.abc import Callable, Iterable
from typing import Any

import attr
from pytest_docker.plugin import DockerComposeExecutor

from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.run_lock import Run

#: Nothing that compose does takes longer, a build on a slow line included.
COMMAND_SECONDS = 3600.0
#: What an interrupted command that makes things may take to come to its end before it is killed.
FINISH_SECONDS = 5.0


class CommandFailed(EngineError):
    """A compose command that ended with an error; ``output`` is all that it said."""

    def __init__(self, command: str, output: str) -> None:
        super().__init__(f"docker compose {command.split()[0]}: {engine.last_line(output)}")
        self.output = output


@attr.s(frozen=True)
class Executor(DockerComposeExecutor):
    """Runs ``docker compose`` on one project.

    Unlike its parent it hands every line of output to a listener while the command runs, starts no
    shell, and ends the command when it is interrupted itself.
    """

    _run: Run = attr.ib(kw_only=True)
    _children: list[subprocess.Popen[str]] = attr.ib(init=False, factory=list)
    _stopped: threading.Event = attr.ib(init=False, factory=threading.Event)

    def execute(
        self,
        subcommand: str,
        success_codes: Iterable[int] = (0,),
        ignore_stderr: bool = False,
        heard: Callable[[str], None] | None = None,
        limit_seconds: float = COMMAND_SECONDS,
        after_stop: bool = False,
        finish_seconds: float = 0.0,
        **_: Any,
    ) -> bytes:
        """Run one compose command, such as ``up -d``, and return its output.

        One that is interrupted gets ``finish_seconds`` to end by itself: an engine goes on with
        what a killed command has asked it for, and would make things after they were removed.

        Raises:
            CommandFailed: it ended with another code than ``success_codes``, or was ended after
                ``limit_seconds`` or by :meth:`stop`.
            EngineError: there is no docker command.
        """
        command = [*shlex.split(self._compose_command)]
        for each in self.files:
            command += ["-f", each]
        command += ["-p", self._compose_project_name, *shlex.split(subcommand)]
        environment = {**os.environ, **self._run.environment}
        stderr = subprocess.DEVNULL if ignore_stderr else subprocess.STDOUT
        lines = []
        with engine.started(command, stderr=stderr, environment=environment) as child:
            self._run.note_process(child.pid)
            self._children.append(child)
            if self._stopped.is_set() and not after_stop:
                engine.kill(child)
            limit = threading.Timer(limit_seconds, engine.kill, [child])
            limit.start()
            try:
                for line in child.stdout or ():
                    lines.append(line)
                    if heard is not None:
                        heard(line.rstrip("\n"))
                child.wait()
            except BaseException:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(finish_seconds)
                raise
            finally:
                limit.cancel()
                engine.end(child)
                self._children.remove(child)
                self._run.forget_process(child.pid)
        output = "".join(lines)
        if child.returncode not in success_codes:
            raise CommandFailed(subcommand, output)
        return output.encode()

    @property
    def files(self) -> list[str]:
        """The compose files of the project."""
        return [str(each) for each in self._compose_files]

    def stop(self, finish_seconds: float = 0.0) -> None:
        """End what other threads execute, now and later; only ``after_stop`` commands still run."""
        self._stopped.set()
        for child in list(self._children):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(finish_seconds)
            engine.kill(child)
