"""One run's state, shared by the plugin's hooks and fixtures."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path

from boxproof import config as configuration
from boxproof.clauses.accepted import check_declined, problem_of
from boxproof.clauses.left_out import full_left_out, kinds_left_out, left_out
from boxproof.config.options import Config
from boxproof.core.cancellation import Cancellation
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.errors import ConfigError
from boxproof.core.redaction import redacting
from boxproof.core.shards import Shard
from boxproof.core.time_budget import TimeBudget
from boxproof.core.verdicts import Verdict
from boxproof.core.waivers import on_day
from boxproof.drivers.locust.load_process import check_installed
from boxproof.journal import Journal, Listener, read
from boxproof.journal.entries import (
    DeploymentKept,
    HarnessFailed,
    Progress,
    RunBegan,
    RunEnded,
    WaiverRead,
)
from boxproof.journal.writer import NAME, check_free
from boxproof.reports import folder
from boxproof.reports.model import Report
from boxproof.scenarios.scheduler import side_by_side
from boxproof.shared_deployment import Shared, SharedDeployment
from boxproof.targets.abilities import OutlivesRun
from boxproof.targets.base import Target
from boxproof.targets.choose import DEPLOYMENTS, choose, make
from boxproof.targets.endpoints import secrets_of
from boxproof.targets.engine_lock import EngineLock
from boxproof.targets.run_lock import Run, kept_runs, sweep
from boxproof.targets.url import Site
from boxproof.targets.wrapping_target import Wrap, WrappingTarget

#: The families that need Locust.
LOADED = frozenset({"load", "soak"})
LOG_TAIL_LINES = 40
#: How long work in the background may take to notice that all that it works on is gone.
BACKGROUND_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked of one run: on the command line, but for ``wrap``.

    Attributes:
        budget_seconds: what the run may take, in place of ``[limits] run_seconds``.
        keep: whether the shared deployment stays after a run that found something broken.
        full: whether the clauses are judged, too, that take long.
        shard: the part of the run to judge; all of it where there is none.
        clients: commands that must succeed against the service, beside those of ``[clients]``.
        site: where the service runs already, for the url target.
        wrap: makes the deployment that stands in front of each one that is booted.
        families: those that were asked for by name.
        changed: makes what the command line says of a load part of the configuration.
        web_port: of the page that shows a load; None for none.
        again: the command that judges what was found once more; by default ``run --failed``.
    """

    config_file: Path = Path("boxproof.toml")
    target: str = "auto"
    seed: int | None = None
    report_folder: Path | None = None
    require_complete: bool = False
    strict_waivers: bool = False
    max_examples: int | None = None
    budget_seconds: float | None = None
    keep: bool = False
    selection: str = ""
    cycles: int = 1
    trust_compose: bool = False
    full: bool = False
    shard: Shard | None = None
    clients: tuple[str, ...] = ()
    site: Site | None = None
    wrap: Wrap | None = None
    families: tuple[str, ...] = ()
    changed: Callable[[Config], Config] | None = None
    web_port: int | None = None
    again: str = ""


@dataclass
class Session:
    """What one run has in hand."""

    config: Config
    journal: Journal
    run: Run
    target: Target
    seed: int
    report_folder: Path
    max_examples: int | None = None
    cycles: int = 1
    cancellation: Cancellation = field(default_factory=Cancellation)
    budget: TimeBudget = field(default_factory=TimeBudget)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    keep: bool = False
    full: bool = False
    families: tuple[str, ...] = ()
    web_port: int | None = None
    _background: DaemonPool | None = field(default=None, init=False)
    _lock: EngineLock | None = field(default=None, init=False)
    shared_deployment: SharedDeployment = field(init=False)

    def __post_init__(self) -> None:
        """The shared deployment is not booted yet."""
        self.shared_deployment = SharedDeployment(
            self.config, self.journal, self.target, lambda: self.engine_lock, self.begin
        )

    def shared(self) -> Shared:
        """The shared deployment, booted when first asked for.

        Raises:
            BootFailed: the first boot failed; asked again, it fails again at once.
        """
        return self.shared_deployment.get()

    def say(self, line: str) -> None:
        """Show a person one line of progress."""
        self.journal.write(Progress(line=line))

    @property
    def engine_lock(self) -> EngineLock:
        """What everything that this run does on its engine, or machine, is done under."""
        if self._lock is None:
            self._lock = EngineLock(self.target.host().id)
        return self._lock

    @property
    def background(self) -> DaemonPool:
        """The threads that scenarios are made in, beside the shared deployment."""
        if self._background is None:
            many = side_by_side(self.target.host())
            self._background = DaemonPool(many, "background", self.cancellation)
        return self._background

    def begin(self) -> None:
        """Let the journal reach the report folder, in the place of the run before.

        Until the first boot has ended nothing is written there, so that a run that does not begin
        (wrong usage, no engine, a failed pull) leaves the last report whole.

        Raises:
            ConfigError: another run writes its report there, or nothing can be written there.
        """
        if not self.journal.is_begun:
            folder.begin(self.report_folder, self.journal)

    def end(self, *, interrupted: bool) -> None:
        """Remove everything that the run made, and write the journal's last entry.

        The shared deployment stays, where that was asked for and a clause is broken.
        """
        try:
            try:
                if self.keep and self._found_broken():
                    self._keep_shared()
            finally:
                self.close()
        except Exception as error:
            what = f"clean-up failed: {error!r}; run 'boxproof clean'"
            self.journal.write(HarnessFailed(what=what))
        finally:
            self.journal.write(RunEnded(interrupted=interrupted))
            self.journal.close()

    def _keep_shared(self) -> None:
        kept = self.shared_deployment.keep()
        if kept is None:
            self.say("nothing is kept: no clause asked for the deployment that they share")
        else:
            self.run.keep(kept.paths, kept.process)
            self.journal.write(DeploymentKept(looks=kept.looks))

    def _found_broken(self) -> bool:
        # By the journal: an interrupt may keep its listeners from the verdict that it came with.
        if not self.journal.is_begun:
            return False
        return bool(Report.of(read(self.journal.path)).with_verdict(Verdict.BROKEN))

    def close(self) -> None:
        """End the run's own work, and remove everything that it made."""
        self.cancellation.cancel()
        idle = self._background is None or self._background.close()
        try:
            self.target.close()
            if not idle and self._background is not None:
                # What was under way meanwhile may have made something more.
                self._background.close(BACKGROUND_SECONDS)
                self.target.close()
        finally:
            self.run.close()


def open_session(
    settings: Settings, *listeners: Listener, cancellation: Cancellation | None = None
) -> Session:
    """Load the configuration, take a target and begin a run; nothing is booted yet.

    What dead runs left on this machine is removed first. ``listeners`` hear the journal from its
    first entry on.

    Raises:
        ConfigError, EngineError: nothing was begun and nothing is left.
    """
    config = configuration.load(settings.config_file)
    config = replace(
        config, clients={**config.clients, **{each: each for each in settings.clients}}
    )
    if settings.changed is not None:
        config = settings.changed(config)
    if LOADED & {*settings.families}:
        check_installed()
    _check_files(config)
    check_declined(config)
    secrets_known = secrets_of(config)
    choice = choose(settings.target, config, settings.site)
    if settings.keep and not issubclass(DEPLOYMENTS[choice.name], OutlivesRun):
        raise ConfigError(f"--keep: the {choice.name} target boots nothing; leave --keep out")
    report_folder = settings.report_folder or config.root / "report"
    check_free(report_folder / NAME)
    journal = Journal()
    journal.hide(*secrets_known)
    for listener in listeners:
        journal.listen(listener)

    def say(line: str) -> None:
        journal.write(Progress(line=line))

    run = Run(config.root, remote=choice.remote)
    try:
        with redacting(journal.redacted):
            target = make(choice, config, journal, run, say, trust_compose=settings.trust_compose)
        if settings.wrap is not None:
            target = WrappingTarget(target, settings.wrap)
        config = _with_neighbours(config, target)
        began = datetime.now(UTC)
        seed = secrets.randbelow(2**32) if settings.seed is None else settings.seed
        journal.write(
            RunBegan(
                version=metadata.version("boxproof"),
                began=began.isoformat(timespec="seconds"),
                id=run.id,
                service=config.service.name,
                target=choice.name,
                why=choice.why,
                seed=seed,
                selection=settings.selection,
                require_complete=settings.require_complete,
                strict_waivers=settings.strict_waivers,
                fail_on=config.fail_on,
                max_examples=settings.max_examples,
                cycles=settings.cycles,
                shard=str(settings.shard or ""),
                file_sha256=hashlib.sha256(config.file.read_bytes()).hexdigest(),
            )
        )
        for entry in _waivers_read(config, began.date()):
            journal.write(entry)
        long = "" if settings.full else full_left_out(config)
        for missing in filter(
            None, (left_out(config, settings.families), kinds_left_out(config), long)
        ):
            say(missing)
        for line in sweep():
            say(f"removed what a dead run left: {line}")
        for kept in kept_runs():
            say(f"run {kept} was kept; 'boxproof clean' removes it")
    except BaseException:
        run.close()
        raise
    return Session(
        config,
        journal,
        run,
        target,
        seed,
        report_folder,
        settings.max_examples,
        settings.cycles,
        cancellation or Cancellation(),
        TimeBudget(settings.budget_seconds or config.limits.run_seconds),
        began.date(),
        settings.keep,
        settings.full,
        settings.families,
        settings.web_port,
    )


def _with_neighbours(config: Config, target: Target) -> Config:
    """The configuration with the neighbours that the target found, where the file names none."""
    if config.service.neighbours is not None:
        return config
    return replace(config, service=replace(config.service, neighbours=target.neighbours))


def _waivers_read(config: Config, today: date) -> Iterator[WaiverRead]:
    """What the journal says of each waiver, as it stands on the run's day."""
    for each in config.waivers:
        waived, problem = on_day(each, today), problem_of(each, config)
        yield WaiverRead(id=each.clause, waived=waived, problem=problem)


def _check_files(config: Config) -> None:
    """Look whether the files are there that ``boxproof.toml`` names, before anything is begun.

    Raises:
        ConfigError: one is missing.
    """
    upgrade = config.upgrade
    for key in ("old", "newer") if upgrade is not None else ():
        named = getattr(upgrade, key)
        if named and not (config.root / named).is_file():
            raise ConfigError(
                f"{config.file}: [upgrade] {key}: {named!r}: no such file in {config.root}; "
                "name a database that another release of the service has written"
            )


def tail(log: str, lines: int = LOG_TAIL_LINES) -> tuple[str, ...]:
    """The last lines of a text, with a word on how many were left out."""
    every = log.splitlines()
    if len(every) <= lines:
        return tuple(every)
    return (f"… {len(every) - lines} earlier lines", *every[-lines:])
