"""One booted compose project, with every ability that an engine gives."""

import contextlib
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from boxproof.composefile.stop_grace import grace_seconds
from boxproof.config.options import Config
from boxproof.core import cancellation, signals
from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed, EngineError
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.journal.entries import BootOrdered, Logged, Sampled, ServerEnded, TargetActed
from boxproof.probes import start_watch
from boxproof.probes.start_watch import Startup
from boxproof.targets import reaper
from boxproof.targets.abilities import Line, provide
from boxproof.targets.base import A, Exit, Kept
from boxproof.targets.compose import compose_file, engine, engine_times
from boxproof.targets.compose.container import Container, Watcher
from boxproof.targets.compose.container_usage import ContainerUsage
from boxproof.targets.compose.docker_services import Services
from boxproof.targets.compose.executor import FINISH_SECONDS, CommandFailed, Executor
from boxproof.targets.compose.inspection import Inspection
from boxproof.targets.compose.neighbour_container import ComposeNeighbour, beside
from boxproof.targets.compose.project import Project
from boxproof.targets.compose.resource_faults import ResourceFaults
from boxproof.targets.compose.volume_files import VolumeFiles, create_containers
from boxproof.targets.endpoints import endpoint_at
from boxproof.targets.lossy_disk.disk import Disk

NAME = "compose"
DOWN = "down --volumes --remove-orphans --timeout 0"
DOWN_SECONDS = 60.0
UP = "up -d --no-build --quiet-pull"
UP_SECONDS = 600.0


class ComposeDeployment(Inspection, ResourceFaults):
    """A deployment; one thread at a time uses it, any may close it."""

    def __init__(
        self,
        project: Project,
        executor: Executor,
        config: Config,
        journal: Journal,
        closed: Callable[["ComposeDeployment"], None],
        usage: ContainerUsage,
        disk: Disk | None = None,
    ) -> None:
        self.project = project
        self.executor = executor
        self.container = Container()
        #: What a team's own tests get from pytest-docker.
        self.services = Services(executor, container=self.container)
        self._config = config
        self._journal = journal
        self._on_closed = closed
        self._usage = usage
        self._volume_files = VolumeFiles(project, executor, self.container, config.service.name)
        self._disk = disk
        self._written_at_boot = 0
        self._closing = threading.Lock()
        self._closed = False
        self.is_kept = False
        self._watcher: Watcher | None = None
        self._startup: Startup | None = None
        self._port = 0
        self._earlier_logs = ""
        self._earlier_lines: list[Logged] = []

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers since its latest start."""
        return endpoint_at(f"http://{self.project.host}:{self._port}", self._config)

    @property
    def startup(self) -> Startup:
        """The record of its latest start that ended in a ready service."""
        if self._startup is None:
            raise BootFailed(f"{self.project.name}: not booted")
        return self._startup

    def ability(self, wanted: type[A]) -> A:
        """Itself as one of its abilities; see :class:`Deployment`."""
        return provide(self, wanted, NAME)

    def shared_volume(self) -> str:
        """The engine's name of its data volume; see :class:`SharesVolume`."""
        if not self.project.data_volume:
            raise NotJudged("the data does not lie on a volume that two containers could share")
        return self.project.data_volume

    def boot(self) -> None:
        """Boot it and wait until it is ready.

        Raises:
            BootFailed: it ended, or was not ready within ``limits.boot_seconds``.
        """
        if self.project.capped:
            self._hold_volume()
        self._volume_files.lay()
        ordered = self.up()
        try:
            self._ready(ordered, self._config.limits.boot_seconds)
        except BootFailed as error:
            raise beside(error, self._others()) from None
        if self._disk is not None:
            self._written_at_boot = self._disk.written_bytes()

    def _hold_volume(self) -> None:
        """Hold its data volume from before its server starts, so that it begins as any other."""
        create_containers(self.executor)
        project, service = self.project, self.project.service
        labels = service.get("labels", {})
        self._hold(project.name, service["image"], project.data_volume, labels, project.data_mount)

    def boot_to_exit(self) -> Exit | None:
        """Boot it and wait until it ends; None when it became ready or runs at the limit.

        Raises:
            EngineError: the engine could not even start it.
        """
        self._volume_files.lay()
        return self._refused(self.up())

    def up(self) -> float:
        """Have the engine make and start the containers; when that was ordered."""
        ordered = self._journal.write(
            BootOrdered(deployment=self.project.name, label=self.project.label)
        )
        try:
            self.executor.execute(UP, limit_seconds=UP_SECONDS, finish_seconds=FINISH_SECONDS)
        except CommandFailed as error:
            self.container.find(self.project.name, self._config.service.name)
            failure = self.container.start_failure(error, error.output)
            raise beside(failure, self._others()) from None
        self.container.find(self.project.name, self._config.service.name)
        return ordered

    def logs(self) -> str:
        """Everything that its server wrote so far, in this and in earlier containers."""
        return self._earlier_logs + self.container.log()

    def neighbour(self, name: str) -> ComposeNeighbour:
        """The service of that name beside it."""
        return ComposeNeighbour(name, self.project, self._journal, self._config.limits.boot_seconds)

    def stop(self) -> Exit:
        """Send the stop signal and wait; killed after production's own ``stop_grace_period``.

        Where that is longer than ``limits.stop_seconds``, it is killed after those.
        """
        self._note("stop")
        began = time.monotonic()
        allowed = min(grace_seconds(self.project.service), self._config.limits.stop_seconds)
        self.container.call(
            "stop", "-t", str(math.ceil(allowed)), limit_seconds=allowed + engine.CALL_SECONDS
        )
        return self._ended(time.monotonic() - began)

    def ended(self, limit_seconds: float) -> Exit | None:
        """Wait until it has ended by itself; None at the limit."""
        began = time.monotonic()
        if self._watcher is None or not cancellation.wait(limit_seconds, self._watcher.gone):
            return None
        self._watcher.check()
        return self._ended(time.monotonic() - began)

    def kill(self) -> Exit:
        """Kill all of its processes and wait until they are gone."""
        self._note("kill")
        began = time.monotonic()
        self.container.call("kill", "--signal", "KILL")
        if self._watcher is not None:
            self._watcher.gone.wait(engine.CALL_SECONDS)
            self._watcher.check()
        return self._ended(time.monotonic() - began)

    def lose_power(self) -> Exit:
        """Kill all of its processes, and forget what they did not fsync.

        Raises:
            NotJudged: its data lies on a volume of the engine, which forgets nothing.
        """
        disk = self._lossy_disk()
        exit = self.kill()
        loss = disk.lose_power()
        self._note("lose power", entries=loss.entries, size_bytes=loss.size_bytes)
        return exit

    def written_bytes(self) -> int:
        """What was written to its data since its boot; see :class:`LosesPower`."""
        return self._lossy_disk().written_bytes() - self._written_at_boot

    def start(self) -> Startup:
        """Start the same container again and wait until it is ready.

        Raises:
            BootFailed: it did not become ready.
        """
        ordered = self._note("start")
        try:
            self.container.call("start")
        except EngineError as error:
            raise self.container.start_failure(error) from None
        return self._ready(ordered, self._config.limits.boot_seconds)

    def recreate(self, *, keep_volume: bool) -> Startup:
        """Stop and remove the container, make a new one and wait until it is ready.

        Raises:
            BootFailed: it did not become ready.
        """
        self._note("recreate", keep_volume=keep_volume)
        self._remove_container()
        compose_file.write(self.project.file, self.project.text)
        if not keep_volume and self.project.data_volume:
            self._volume_files.empty_data()
        return self._ready(self.up(), self._config.limits.boot_seconds)

    def recreate_read_only(self) -> Exit | None:
        """Remove the container, make a new one with its data read-only; how that one ended."""
        self._note("recreate", read_only=True)
        self._remove_container()
        compose_file.write(self.project.file, self.project.read_only_text)
        return self._refused(self.up())

    def pause(self) -> None:
        """Freeze every process inside."""
        self._note("pause")
        self.container.pause()

    def resume(self) -> None:
        """Let them go on."""
        self._note("resume")
        if self.container.state().paused:
            self.container.call("unpause")

    def lines(self) -> tuple[Line, ...]:
        """Its log so far, in this and in earlier containers."""
        return engine_times.timed((*self._earlier_lines, *self._logged()))

    def sample(self) -> Sampled | None:
        """What its container uses now."""
        return None if self._closed else self._usage.sample(self.project.name, self.container.name)

    def keep(self) -> Kept:
        """Its containers, networks and volumes stay; see :class:`OutlivesRun`."""
        self.is_kept = True
        name, runs = self.container.name, f"docker compose -p {self.project.name} ps --all"
        looks = {"log": f"docker logs {name}", "containers": runs}
        if self._watcher is None or self._watcher.gone.is_set():
            return Kept({"started again by": f"docker start {name}", **looks}, self.project.mounted)
        inside = f"docker exec -it {name} sh"
        looks = {"address": self.endpoint.url, "look inside": inside, **looks}
        return Kept(looks, self.project.mounted)

    def close(self) -> None:
        """Remove containers, networks and volumes, whatever became of them, unless kept."""
        with signals.held(f"removing {self.project.name}"), self._closing:
            if self._closed:
                return
            self.executor.stop(FINISH_SECONDS)
            if self._watcher is not None:
                self._watcher.gone.set()
                self._watcher.close()
            with contextlib.suppress(EngineError):
                self._keep_log()
                for each in self._others():
                    each.keep()
            if self.is_kept:
                self._closed = True
                return
            self._release()
            try:
                self.executor.execute(DOWN, limit_seconds=DOWN_SECONDS, after_stop=True)
            except EngineError:
                reaper.remove_project(self.project.name)
            if self._disk is not None:
                self._disk.close()
            self._closed = True
            self._on_closed(self)

    def _remove_container(self) -> None:
        """Stop and remove the container; its volumes stay, and so does its log."""
        if self._watcher is not None and not self._watcher.gone.is_set():
            self.stop()
        self._keep_log()
        self.container.call("rm", "--force", "--volumes")

    def _refused(self, ordered: float) -> Exit | None:
        """Follow a start that may be refused: how it ended; None when it is ready or still runs."""
        began = self._begin_watch(ordered)
        if self._watch(ordered, began, self._config.limits.refuse_seconds) is not None:
            return None
        if self._watcher is None or not self._watcher.gone.is_set():
            return None
        self._watcher.check()
        return self._ended(self._journal.now() - began)

    def _ready(self, ordered: float, limit_seconds: float) -> Startup:
        startup = self._watch(ordered, self._begin_watch(ordered), limit_seconds)
        if startup is None:
            assert self._watcher is not None
            self._watcher.check()
            if self._watcher.gone.is_set():
                raise self.container.failure("the service ended before it was ready")
            late = self.container.failure(
                f"the service was not ready within {limit_seconds:g} s", timed_out=True
            )
            # Ended, so that whoever comes next finds it ended and not half started.
            with contextlib.suppress(EngineError):
                self.container.call("kill")
            raise late
        self._startup = startup
        return startup

    def _begin_watch(self, ordered: float) -> float:
        """Wait for its end from now on; when its first process ran, on the journal's clock.

        Its address is asked for once, as nothing moves it before the next start.
        """
        if self._watcher is not None:
            self._watcher.close()
        self._watcher = Watcher(self.container)
        with ThreadPoolExecutor(2) as pool:
            age = pool.submit(engine_times.age_seconds, self.container)
            port = self.container.state().ports.get(self.project.port, 0)
            age_seconds = age.result()
            began = max(ordered, self._journal.now() - age_seconds)
        # Last, right before the journal is told whose address it is.
        self._port = port
        return began

    def _watch(self, ordered: float, began: float, limit_seconds: float) -> Startup | None:
        """Follow a start until the service is ready."""
        assert self._watcher is not None
        return start_watch.watch(
            lambda: self.endpoint if self._port else None,
            self._config.health.request,
            self._journal,
            ordered=ordered,
            began=began,
            limit_seconds=limit_seconds,
            gone=self._watcher.gone,
            deployment=self.project.name,
        )

    def _lossy_disk(self) -> Disk:
        if self._disk is None:
            raise NotJudged("this deployment was not booted on a disk that forgets")
        return self._disk

    def _ended(self, seconds: float) -> Exit:
        state = self.container.state()
        self._journal.write(
            ServerEnded(
                deployment=self.project.name,
                code=state.exit_code,
                seconds=round(seconds, 3),
                oom_killed=state.oom_killed,
            )
        )
        return Exit(state.exit_code, seconds, state.oom_killed, self.container.log())

    def _note(self, action: str, **data: Any) -> float:
        return self._journal.write(
            TargetActed(deployment=self.project.name, action=action, details=data)
        )

    def _keep_log(self) -> None:
        """Take the container's log over before the container goes, into the journal as well."""
        self._earlier_logs += self.container.log()
        for line in self._logged():
            self._earlier_lines.append(line)
            self._journal.write(line)

    def _others(self) -> tuple[ComposeNeighbour, ...]:
        return tuple(map(self.neighbour, self.project.others))

    def _logged(self) -> tuple[Logged, ...]:
        return engine_times.logged(self.container, self.project.name, self._journal)
