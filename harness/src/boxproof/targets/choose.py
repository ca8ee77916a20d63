"""Which target a run takes, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from boxproof.config.options import Config
from boxproof.core.errors import ConfigError, EngineError
from boxproof.journal import Journal
from boxproof.targets.base import Target
from boxproof.targets.compose import ComposeTarget, engine
from boxproof.targets.process import ProcessTarget
from boxproof.targets.run_lock import Run

NAMES = ("auto", "compose", "process")


@dataclass(frozen=True, slots=True)
class Choice:
    """A target's name; ``why`` says what is wrong with the engine where it was taken for that."""

    name: str
    why: str = ""


def choose(name: str, config: Config) -> Choice:
    """Take the target that was asked for; ``auto`` takes the engine where one answers.

    Raises:
        ConfigError: the process target without a ``[process]`` table.
        EngineError: the compose target without an engine, or ``auto`` with neither.
    """
    if name == "process":
        return Choice(_process(config))
    try:
        engine.check()
    except EngineError as error:
        if name == "compose":
            raise
        if config.process is None:
            raise EngineError(
                f"{error}; boxproof.toml has no [process] to run without one"
            ) from None
        return Choice("process", str(error))
    return Choice("compose")


def make(
    choice: Choice, config: Config, journal: Journal, run: Run, say: Callable[[str], None]
) -> Target:
    """The chosen target; nothing is started yet."""
    kind = ComposeTarget if choice.name == "compose" else ProcessTarget
    return kind(config, journal, run, say)


def _process(config: Config) -> str:
    if config.process is None:
        raise ConfigError(
            "boxproof.toml: the process target needs a [process] table with its command"
        )
    return "process"
