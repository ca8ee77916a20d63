"""Toys as local processes, for scenarios that are made without a run of pytest's own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from apps.judging import PROMISED, process_of

from boxproof import config as configuration
from boxproof.config.options import Durability
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal, read
from boxproof.journal.entries import Noted
from boxproof.probes.start_watch import Startup
from boxproof.scenarios.scheduler import ScenarioContext
from boxproof.targets.base import A, Deployment
from boxproof.targets.process import ProcessTarget
from boxproof.targets.run_lock import Run
from boxproof.targets.wrapping_target import WrappingTarget

#: Enough to tell, and little to wait for.
LOAD = Durability(writers=2, readers=1, writes=3, wait_seconds=20.0)


class InFront:
    """Stands in front of a deployment, and has further abilities where a subclass says so."""

    def __init__(self, deployment: Any) -> None:
        self.behind = deployment

    @property
    def endpoint(self) -> Endpoint:
        endpoint: Endpoint = self.behind.endpoint
        return endpoint

    @property
    def startup(self) -> Startup:
        startup: Startup = self.behind.startup
        return startup

    def ability(self, wanted: type[A]) -> A:
        """Its own, where it has it; else that of the deployment behind it."""
        own: object = self
        return own if isinstance(own, wanted) else cast("A", self.behind.ability(wanted))

    def close(self) -> None:
        self.behind.close()


class Bench:
    """A run of a test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = Run(folder)
        self.journal = Journal(folder / "journal.jsonl")
        self._targets: list[ProcessTarget] = []

    def context(
        self,
        toy: str = "good",
        *wanted: str,
        wrap: Callable[[Any], Any] = InFront,
        **changes: Any,
    ) -> ScenarioContext:
        """What scenarios are made with, of a toy; ``changes`` replace tables of its file."""
        file = self._folder / "boxproof.toml"
        file.write_text(PROMISED + process_of(f"apps.{toy}"))
        config = replace(configuration.load(file), **{"durability": LOAD, **changes})
        target = ProcessTarget(config, self.journal, self._run, lambda _: None)
        self._targets.append(target)
        wrapped = WrappingTarget(target, cast("Callable[[Deployment], Deployment]", wrap))
        return ScenarioContext(wrapped, config, self.journal, 1, frozenset(wanted))

    def notes(self) -> list[str]:
        """What a verdict rests on, as the journal has it."""
        entries = (each.entry for each in read(self.journal.path))
        return [each.what for each in entries if isinstance(each, Noted)]

    def close(self) -> None:
        for each in self._targets:
            each.close()
        self._run.close()
        self.journal.close()
