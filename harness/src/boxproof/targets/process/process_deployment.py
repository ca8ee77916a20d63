"""One booted server: a data folder of its own, one log, and one server process at a time."""

import os
import shutil
import socket
import threading
from collections.abc import Mapping
from functools import partial

from boxproof.config.options import Config
from boxproof.config.options import Process as ProcessOptions
from boxproof.core.errors import BootFailed, EngineError
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.journal.entries import BootOrdered, Sampled, ServerEnded, TargetActed
from boxproof.probes.start_watch import Startup, watch
from boxproof.targets.abilities import Line, Process, provide
from boxproof.targets.base import A, Exit, Kept, Variant
from boxproof.targets.endpoints import endpoint_at
from boxproof.targets.process.log_follower import LogFollower
from boxproof.targets.process.server import Order, Server
from boxproof.targets.process.server_members import pause
from boxproof.targets.run_lock import Run
from boxproof.targets.samples import sampled

NAME = "process"
HOST = "127.0.0.1"
PORT_VARIABLE = "PORT"
PORT_ATTEMPTS = 3
PORT_TAKEN = "address already in use"


class ProcessDeployment:
    """A deployment of the process target, with the abilities whose methods it has."""

    def __init__(
        self,
        config: Config,
        process: ProcessOptions,
        journal: Journal,
        run: Run,
        variant: Variant,
    ) -> None:
        self._config = config
        self._options = process
        self._journal = journal
        self._run = run
        self._variant = variant
        self._name = variant.label or "default"
        self._folder = run.folder / f"process-{id(self):x}"
        self._data = self._folder / "data"
        self._data.mkdir(parents=True)
        self._log = self._folder / "log"
        self._log.touch()
        self._port = 0
        self._server: Server | None = None
        self._startup: Startup | None = None
        self._log_start = 0
        self._lines: list[Line] = []
        self._follower: LogFollower | None = None
        self._closed = False
        self._kept = False
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers; every start takes another port."""
        return endpoint_at(f"http://{HOST}:{self._port}", self._config)

    @property
    def startup(self) -> Startup:
        """The record of its latest start."""
        if self._startup is None:
            raise BootFailed(f"{self._name}: never became ready", log=self.logs())
        return self._startup

    def ability(self, wanted: type[A]) -> A:
        """Itself as one of its abilities; see :class:`Deployment`."""
        return provide(self, wanted, NAME)

    def logs(self) -> str:
        """Everything that it wrote so far, across restarts."""
        try:
            return self._log.read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def lines(self) -> tuple[Line, ...]:
        """Everything that it wrote so far, each line with the time at which it was read."""
        if self._follower is not None:
            self._follower.look()
        return tuple(self._lines)

    def start(self) -> Startup:
        """Start the server and wait until it is ready; see :class:`Restarts`."""
        limit = self._config.limits.boot_seconds
        startup, exit = self._start(limit)
        if startup is not None:
            self._startup = startup
            return startup
        log = self.logs()[self._log_start :]
        if exit is None:
            self._end_server()
            raise BootFailed(f"{self._name}: not ready after {limit:g} s", log=log, timed_out=True)
        raise BootFailed(
            f"{self._name}: ended with exit code {exit.code} after {exit.seconds:.1f} s, "
            "before it was ready",
            log=log,
            exit_code_seen=exit.code,
        )

    def start_to_exit(self, limit_seconds: float) -> Exit | None:
        """Start what should refuse; None when it became ready or still ran at the limit."""
        return self._start(limit_seconds)[1]

    def stop(self) -> Exit:
        """SIGTERM, and SIGKILL at the limit; see :class:`Restarts`."""
        server, began = self._ordered("stop")
        server.terminate(self._config.limits.stop_seconds)
        return self._exit(server, began)

    def kill(self) -> Exit:
        """SIGKILL to all of its processes; see :class:`Kills`."""
        server, began = self._ordered("kill")
        server.kill()
        return self._exit(server, began)

    def ended(self, limit_seconds: float) -> Exit | None:
        """How it ended, once it has; see :class:`WaitsForExit`."""
        began = self._journal.now()
        if self._server is None or not self._server.gone.wait(limit_seconds):
            return None
        return self._exit(self._server, began)

    def pause(self) -> None:
        """SIGSTOP to all of its processes; see :class:`Pauses`."""
        server, _ = self._ordered("pause")
        pause(server.members)

    def resume(self) -> None:
        """SIGCONT to all of its processes."""
        server, _ = self._ordered("resume")
        server.members().resume()

    def first_process(self) -> int:
        """The process that ``[process] command`` started."""
        return 0 if self._server is None else self._server.pid

    def processes(self) -> tuple[Process, ...]:
        """All of its processes; see :class:`InspectsProcesses`."""
        return () if self._server is None else self._server.members().described()

    def signal_process(self, pid: int, signal: int) -> None:
        """Send a signal to one of its processes, and to no other one.

        Raises:
            ProcessLookupError: it is not one of them, or has ended.
        """
        server, _ = self._ordered("signal", pid=pid, signal=signal)
        server.members().signal(pid, signal)

    def sample(self) -> Sampled | None:
        """What its processes use now; see :class:`SamplesUsage`."""
        server = self._server
        if server is None or server.gone.is_set():
            return None
        return sampled(self._name, server.pid)

    def keep(self) -> Kept:
        """Its process, log and data stay; see :class:`OutlivesRun`."""
        self._kept = True
        looks = {"log": str(self._log), "data": str(self._data)}
        if self._server is None or self._server.gone.is_set():
            return Kept({"process": "it has ended", **looks}, (self._folder,))
        pid = self._server.pid
        looks = {"address": self.endpoint.url, "process": str(pid), **looks}
        return Kept(looks, (self._folder,), pid)

    def close(self) -> None:
        """End it and remove its data, unless kept; safe to call twice and in any state."""
        with self._lock:
            self._closed = True
        if self._kept:
            return
        self._end_server()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, limit_seconds: float) -> tuple[Startup | None, Exit | None]:
        """Start it and wait until it is ready, has ended, or the limit has passed (neither)."""
        for attempt in range(PORT_ATTEMPTS):
            ordered = self._journal.write(
                BootOrdered(deployment=self._name, label=self._variant.label, attempt=attempt)
            )
            server = self._launch()
            startup = watch(
                lambda: self.endpoint,
                self._config.health.request,
                self._journal,
                ordered=ordered,
                began=ordered,
                limit_seconds=limit_seconds,
                gone=server.gone,
                deployment=self._name,
            )
            # Whatever answered, a server that has ended did not: another program took its port.
            if not server.gone.is_set():
                return startup, None
            exit = self._exit(server, ordered)
            if PORT_TAKEN not in exit.log.lower():
                break
        return None, exit

    def _launch(self) -> Server:
        with self._lock:
            if self._closed:
                raise EngineError(f"{self._name}: closed before it was started")
            # Where it is started while it runs, as after a fault that did not come to its end.
            self._end_server()
            self._port = self._wanted_port() or _free_port()
            self._log_start = len(self.logs())
            order = Order(
                [self._expanded(each) for each in self._options.command],
                self._environment(),
                self._config.root,
                f"{self._config.file}: process.command",
            )
            offset = self._log.stat().st_size
            follower = LogFollower(self._name, self._log, offset, self._journal, self._lines)
            ended = partial(self._note_end, follower)
            self._server = Server(order, self._log, self._run, ended)
            follower.start()
            self._follower = follower
            return self._server

    def _environment(self) -> Mapping[str, str]:
        """The test run's variables, [process]'s over them, the variant's over those."""
        server = self._config.server
        workers = server.workers_variable if server else ""
        return {
            **os.environ,
            **self._config.service.environment,
            **({workers: str(server.workers)} if server and workers else {}),
            **{name: self._expanded(value) for name, value in self._options.environment.items()},
            self._port_variable(): str(self._port),
            **self._variant.environment,
        }

    def _port_variable(self) -> str:
        server = self._config.server
        return (server.port_variable if server else "") or PORT_VARIABLE

    def _wanted_port(self) -> int:
        """The port that the variant asks for; 0 when it leaves the choice to us."""
        wanted = self._variant.environment.get(self._port_variable(), "")
        return int(wanted) if wanted.isdigit() else 0

    def _expanded(self, text: str) -> str:
        return text.replace("{data}", str(self._data)).replace("{port}", str(self._port))

    def _ordered(self, action: str, **data: int) -> tuple[Server, float]:
        began = self._journal.write(TargetActed(deployment=self._name, action=action, details=data))
        if self._server is None:
            raise EngineError(f"{self._name}: there is no server to {action}")
        return self._server, began

    def _exit(self, server: Server, began: float) -> Exit:
        """How a server ended that has ended; what it left of its group is killed."""
        server.kill()
        code = 137 if server.code is None else server.code
        return Exit(code, self._journal.now() - began, log=self.logs()[self._log_start :])

    def _note_end(self, follower: LogFollower, code: int) -> None:
        follower.drain()
        self._journal.write(ServerEnded(deployment=self._name, code=code))

    def _end_server(self) -> None:
        if self._server is not None:
            self._server.kill()


def _free_port() -> int:
    """A port that nothing listened on just now."""
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
