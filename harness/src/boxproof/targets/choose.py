"""Which target a run takes, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from boxproof.config.options import Config
from boxproof.core.errors import ConfigError, EngineError
from boxproof.journal import Journal
from boxproof.targets.base import Target
from boxproof.targets.compose import ComposeTarget, engine
from boxproof.targets.compose.engine import Engine
from boxproof.targets.process import ProcessTarget
from boxproof.targets.run_lock import Run

NAMES = ("auto", "compose", "process")


@dataclass(frozen=True, slots=True)
class Choice:
    """A target's name, with the engine that it is to use.

    ``why`` says what is wrong with the engine where the target was taken for that.
    """

    name: str
    why: str = ""
    engine: Engine | None = None

    @property
    def remote(self) -> bool:
        """Whether its deployments run on another machine, which sees none of our files."""
        return self.engine is not None and self.engine.remote


def choose(name: str, config: Config) -> Choice:
    """Take the target that was asked for; ``auto`` takes the engine where one answers.

    Raises:
        ConfigError: the process target without a ``[process]`` table.
        EngineError: the compose target without an engine, or ``auto`` with neither.
    """
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
    if choice.name == "compose":
        return ComposeTarget(config, journal, run, say, choice.engine, trust_compose=trust_compose)
    return ProcessTarget(config, journal, run, say)


def _process(config: Config) -> str:
    if config.process is None:
        raise ConfigError(
            f"{config.file}: the process target needs a [process] table with its command"
        )
    return "process"
