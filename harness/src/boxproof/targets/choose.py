"""Which target a run takes, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.errors import ConfigError, EngineError
from boxproof.journal import Journal
from boxproof.targets.base import Target
from boxproof.targets.compose import ComposeTarget, engine
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.compose.engine import Engine
from boxproof.targets.process import ProcessTarget
from boxproof.targets.process.process_deployment import ProcessDeployment
from boxproof.targets.run_lock import Run
from boxproof.targets.url import Site, UrlDeployment, UrlTarget

NAMES = ("auto", "compose", "process", "url")


#: What is booted on each, as far as its class tells what it can do.
DEPLOYMENTS: Mapping[str, type] = {
    "compose": ComposeDeployment,
    "process": ProcessDeployment,
    "url": UrlDeployment,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A target's name, with the engine or the site that it is to use.

    ``why`` says what is wrong with the engine where the target was taken for that.
    """

    name: str
    why: str = ""
    engine: Engine | None = None
    site: Site | None = None

    @property
    def remote(self) -> bool:
        """Whether its deployments run on another machine, which sees none of our files."""
        return self.engine is not None and self.engine.remote


def choose(name: str, config: Config, site: Site | None = None) -> Choice:
    """Take the target that was asked for; ``auto`` takes the site, else an engine that answers.

    Raises:
        ConfigError: the process target without a ``[process]`` table, the url target without an
            address, or another one with an address.
        EngineError: the compose target without an engine, or ``auto`` with neither.
    """
    if site is not None:
        if name not in ("auto", "url"):
            raise ConfigError(f"--url goes with --target url, not with --target {name}")
        return Choice("url", site=site)
    if name == "url":
        raise ConfigError("--target url needs --url URL")
    if name == "process":
        return Choice(_process(config))
    try:
        found = engine.check()
    except EngineError as error:
        if name == "compose":
            raise
        if config.process is None:
            raise EngineError(
                f"{error}; {config.file} has no [process] to run without one"
            ) from None
        return Choice("process", str(error))
    return Choice("compose", engine=found)


def make(
    choice: Choice,
    config: Config,
    journal: Journal,
    run: Run,
    say: Callable[[str], None],
    *,
    trust_compose: bool = False,
) -> Target:
    """The chosen target; nothing is started yet.

    Raises:
        ConfigError: its settings cannot be used, or the compose file asks for what it is not
            trusted with.
    """
    if choice.site is not None:
        return UrlTarget(config, journal, run, say, choice.site)
    if choice.name == "compose":
        return ComposeTarget(config, journal, run, say, choice.engine, trust_compose=trust_compose)
    return ProcessTarget(config, journal, run, say)


def can_judge(name: str, needs: Iterable[type], effect: Effect) -> bool:
    """Whether the target of that name has these abilities, and may let this be done."""
    able = all(issubclass(DEPLOYMENTS[name], each) for each in needs)
    return able and (name != "url" or effect is not Effect.DISTURBS)


def _process(config: Config) -> str:
    if config.process is None:
        raise ConfigError(
            f"{config.file}: the process target needs a [process] table with its command"
        )
    return "process"
