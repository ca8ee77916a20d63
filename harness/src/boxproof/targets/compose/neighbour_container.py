"""A service beside the judged one: taken away and given back, and what it has to say."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed, EngineError
from boxproof.core.polling import until
from boxproof.journal import Journal
from boxproof.journal.entries import Logged, ServerEnded, TargetActed
from boxproof.targets.abilities import Line
from boxproof.targets.compose import engine, engine_times
from boxproof.targets.compose.container import Container
from boxproof.targets.compose.project import Project

#: So much of its log stands beside that of a service that failed.
TOLD_LINES = 5


class ComposeNeighbour:
    """One service beside the judged one, in the container that compose made for it.

    Args:
        limit_seconds: how long it may take to be healthy after a start.
    """

    def __init__(self, name: str, project: Project, journal: Journal, limit_seconds: float) -> None:
        self.name = name
        self._project = project.name
        self._journal = journal
        self._limit_seconds = limit_seconds
        self._container = Container()
        self._container.find(project.name, name)
        #: What it is to be put on again; each with the names that it has there.
        self._networks: Mapping[str, tuple[str, ...]] = {}

    def kill(self) -> None:
        """End all of its processes with SIGKILL, and wait until they are gone."""
        self._note("kill")
        self._container.call("kill", "--signal", "KILL")
        self._container.call("wait")
        self._note_end()

    def stop(self) -> None:
        """Send its stop signal; killed after its own ``stop_grace_period``."""
        self._note("stop")
        self._container.call("stop")
        self._note_end()

    def start(self) -> None:
        """Start it again, and wait until it is healthy, where it has a health check.

        Raises:
            EngineError: it did not come back.
        """
        self._note("start")
        self._container.call("start")
        if not until(self._is_well, self._limit_seconds):
            raise EngineError(
                f"{self.told()}: it was not healthy within {self._limit_seconds:g} s of its start"
            )

    def pause(self) -> None:
        """Freeze every process inside."""
        self._note("pause")
        self._container.pause()

    def resume(self) -> None:
        """Let them go on."""
        self._note("resume")
        if self._container.state().paused:
            self._container.call("unpause")

    def cut_off(self) -> None:
        """Take it off all of its networks."""
        # Known before it is done, so that it can be undone in whatever moment it is interrupted.
        self._networks = self._container.state().networks
        if not self._networks or self._networks.keys() & {"none", "host"}:
            raise NotJudged(f"the service {self.name!r} has no network of its own")
        self._note("cut off")
        for network in self._networks:
            engine.docker("network", "disconnect", network, self._container.name)

    def reconnect(self) -> None:
        """Put it on them again, under the names that it had there."""
        self._note("reconnect")
        there = self._container.state().networks
        for network, aliases in self._networks.items():
            if network not in there:
                names = [option for alias in aliases for option in ("--alias", alias)]
                engine.docker("network", "connect", *names, network, self._container.name)

    def logged(self) -> tuple[Logged, ...]:
        """Its log so far."""
        return engine_times.logged(self._container, self._project, self._journal, self.name)

    def lines(self) -> tuple[Line, ...]:
        """Its log so far, in the order of time."""
        return engine_times.timed(self.logged())

    def keep(self) -> None:
        """Take its log over into the journal, and how it ended, where it has."""
        for line in self.logged():
            self._journal.write(line)
        with suppress(EngineError):
            self._note_end()

    def told(self) -> str:
        """How it is, in a few words, such as ``'db' ended with exit code 1``."""
        try:
            state = self._container.state()
        except EngineError:
            return f"{self.name!r} was not made"
        if not state.began:
            return f"{self.name!r} was not started"
        if not state.running:
            memory = ", for lack of memory" if state.oom_killed else ""
            return f"{self.name!r} ended with exit code {state.exit_code}{memory}"
        return f"{self.name!r} runs" + (f" and is {state.health}" if state.health else "")

    def has_failed(self) -> bool:
        """Whether it ended with an error, or its health check says that it is not well."""
        try:
            state = self._container.state()
        except EngineError:
            return False
        ended = state.began and not state.running
        return state.health == "unhealthy" or (ended and state.exit_code != 0)

    def tail(self) -> list[str]:
        """The last lines of its log."""
        return self._container.log("--tail", str(TOLD_LINES)).splitlines()

    def said_last(self) -> str:
        """``, and its log ends with 'no room'``, where it wrote anything."""
        lines = list(filter(None, map(str.strip, self.tail())))
        return f", and its log ends with {lines[-1]!r}" if lines else ""

    def _is_well(self) -> bool:
        state = self._container.state()
        if not state.running:
            raise EngineError(f"{self.told()} when it was started again")
        return state.health in ("", "healthy")

    def _note_end(self) -> None:
        state = self._container.state()
        if state.running or not state.began:
            return
        self._journal.write(
            ServerEnded(
                deployment=self._project,
                code=state.exit_code,
                oom_killed=state.oom_killed,
                neighbour=self.name,
            )
        )

    def _note(self, action: str) -> None:
        self._journal.write(
            TargetActed(
                deployment=self._project,
                action=f"{action} neighbour",
                details={"neighbour": self.name},
            )
        )


def beside(
    error: BootFailed | EngineError, others: Iterable[ComposeNeighbour]
) -> BootFailed | EngineError:
    """A failed boot, with what became of the services beside the judged one.

    Their last lines stand in the log of a service that began; in the one line of an engine's error
    stands the last one of each that failed.
    """
    if isinstance(error, BootFailed):
        told = [f"{each.name} | {line}" for each in others for line in (each.told(), *each.tail())]
        if told:
            error.log = "\n".join(filter(None, (error.log.rstrip("\n"), *told)))
        return error
    failed = [f"{each.told()}{each.said_last()}" for each in others if each.has_failed()]
    return EngineError("; ".join((str(error), *failed)))
