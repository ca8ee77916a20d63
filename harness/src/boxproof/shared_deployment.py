"""The deployment that all clauses share: booted once, and started again where it is of no use."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.errors import BootFailed, ConfigError, EngineError
from boxproof.journal import Journal
from boxproof.journal.entries import FactsLearned, FirstBootFailed, Progress
from boxproof.probes.broken_work import TRIES, TRY_SECONDS, failure_of
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.probes.start_watch import Startup
from boxproof.probes.work import Work
from boxproof.targets.abilities import OutlivesRun, RecreatesContainer, Restarts, WaitsForExit
from boxproof.targets.base import Deployment, Kept, Target, Variant
from boxproof.targets.engine_lock import EngineLock


@dataclass(frozen=True)
class Booted:
    """A deployment with its client, its work and its records, where it keeps any."""

    deployment: Deployment
    http: Client
    work: Work
    stores: tuple[RecordStore, ...]

    @property
    def records(self) -> RecordStore:
        """The records that the deployment keeps, of the first kind.

        Raises:
            ConfigError: ``boxproof.toml`` describes none.
        """
        if not self.stores:
            raise ConfigError("no records are configured; [records.NAME] describes them")
        return self.stores[0]


@dataclass
class Shared:
    """The deployment that all clauses share, and what was seen when it first became ready.

    Where one of these was not to be seen, what says why stands in its place.
    """

    booted: Booted
    startup: Startup | NotJudged
    first_answer: Answer | NoAnswer | NotJudged


class SharedDeployment:
    """Boots the shared deployment when it is first asked for, and again where that is asked.

    Args:
        lock: what the first boot is done under.
        begin: called once that boot has ended, well or not, before anything is reported of it.
    """

    def __init__(
        self,
        config: Config,
        journal: Journal,
        target: Target,
        lock: Callable[[], EngineLock],
        begin: Callable[[], None],
    ) -> None:
        self._config = config
        self._journal = journal
        self._target = target
        self._lock = lock
        self._begin = begin
        self._shared: Shared | None = None
        self._boot_failure: BootFailed | None = None

    def renew(self) -> None:
        """Boot the shared deployment anew, in the place of the one that there is.

        Raises:
            BootFailed: it failed; asked again, it fails again at once.
        """
        if self._shared is not None:
            self._shared.booted.deployment.close()
            self._shared = None
        self.get()

    def restart(self) -> None:
        """Start the shared deployment anew on its data, so that no earlier harm is left in it.

        Does nothing where the target cannot.

        Raises:
            BootFailed: it did not become ready again.
            EngineError: the engine could not start it.
        """
        if self._target.offers(Restarts) and not self.revive(0.0):
            restarts = self.get().booted.deployment.ability(Restarts)
            restarts.stop()
            restarts.start()

    def revive(self, notice_seconds: float) -> bool:
        """Start the shared deployment again where its server has ended; whether it had.

        Args:
            notice_seconds: how long to wait for the target to notice the end of a server.

        Raises:
            BootFailed: it did not become ready again.
            EngineError: the engine could not start it.
        """
        deployment = self.get().booted.deployment
        if not (self._target.offers(WaitsForExit) and self._target.offers(Restarts)):
            return False
        try:
            if deployment.ability(WaitsForExit).ended(notice_seconds) is None:
                return False
            deployment.ability(Restarts).start()
        except (BootFailed, EngineError):
            if not self._target.offers(RecreatesContainer):
                raise
            # There may be no container that could be started.
            deployment.ability(RecreatesContainer).recreate(keep_volume=True)
        return True

    def keep(self) -> Kept | None:
        """Have it stay when the run has ended; None where none is booted."""
        if self._shared is None:
            return None
        return self._shared.booted.deployment.ability(OutlivesRun).keep()

    def is_answered(self) -> bool:
        """Whether the shared deployment answers a valid request, with whatever status."""
        try:
            self.get().booted.work.send()
        except NotJudged:
            # Work may not be sent to it; each clause that reads finds out for itself.
            return True
        except NoAnswer:
            return False
        return True

    def failure_of_work(self) -> str:
        """How its work fails for good, as :func:`failure_of` says it."""
        return self._failure_of(self.get().booted.work)

    def failure_of_records(self, kind: str) -> str:
        """How the making of a kind of records fails for good, as :func:`failure_of` says it."""
        stores = self.get().booted.stores
        return self._failure_of(next(each.work for each in stores if each.name == kind))

    def _failure_of(self, work: Work) -> str:
        """It is tried for longer than the service took to start, so that what only loads or
        restarts is waited for.
        """
        shared = self.get()
        pause = TRY_SECONDS
        if isinstance(shared.startup, Startup):
            pause += shared.startup.seconds / TRIES
        return failure_of(work, pause)

    def get(self) -> Shared:
        """The deployment, booted when first asked for.

        Raises:
            BootFailed: the first boot failed; asked again, it fails again at once.
        """
        if self._boot_failure is not None:
            raise self._boot_failure
        if self._shared is None:
            with self._told():
                self._shared = self._first_boot()
        return self._shared

    def prepare(self) -> None:
        """Prepare for other boots, where no clause asks for this deployment.

        Raises:
            BootFailed: the image could not be built.
        """
        with self._told(), self._lock().working():
            self._target.prepare()
        self._begin()
        self._journal.write(FactsLearned(values=self._target.facts()))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Put a failure of the first boot, within the block, into the journal."""
        try:
            yield
        except BootFailed as error:
            self._boot_failure = error
            self._begin()
            self._journal.write(
                FirstBootFailed(
                    summary=str(error),
                    log=error.log,
                    exit_code=error.exit_code_seen,
                    oom_killed=error.oom_killed,
                )
            )
            raise

    def _first_boot(self) -> Shared:
        """Boot it; what was too late beside other runs is done once more, alone."""
        try:
            with self._lock().working():
                return self._boot_shared()
        except BootFailed as late:
            if not late.timed_out:
                raise
            self._say(f"{late}; trying again with nothing else running on the engine")
        with self._lock().alone():
            return self._boot_shared()

    def _boot_shared(self) -> Shared:
        began = self._journal.now()
        self._target.prepare()
        prepared = self._journal.now()
        deployment = self._target.boot(Variant())
        self._begin()
        client = Client(lambda: deployment.endpoint, self._journal)
        stores = RecordStore.of_every_kind(client, self._config)
        booted = Booted(deployment, client, Work(client, self._config.work), stores)
        # Asked at once, before anything could warm up: a service that says ready must be ready.
        first: Answer | NoAnswer | NotJudged
        try:
            first = booted.work.send()
        except (NoAnswer, NotJudged) as error:
            first = error
        facts: dict[str, str | float] = {**self._target.facts()}
        startup: Startup | NotJudged
        try:
            startup = deployment.startup
        except NotJudged as error:
            startup = error
        else:
            self._say(f"ready in {startup.seconds:.1f} s")
            facts["prepare_seconds"] = round(prepared - began, 3)
            facts["boot_seconds"] = round(startup.seconds, 3)
        self._journal.write(FactsLearned(values=facts))
        return Shared(booted, startup, first)

    def _say(self, line: str) -> None:
        self._journal.write(Progress(line=line))
