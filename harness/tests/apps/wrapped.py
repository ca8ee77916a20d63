"""``boxproof run`` with a deployment in front of each: it delays everything, and changes nothing.

What passes the whole contract like this does so behind any other deployment: one that counts, that
records, or that fails where a test wants it to.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any, cast

from rich.console import Console

from boxproof import runner
from boxproof.endpoint import Endpoint
from boxproof.probes.start_watch import Startup
from boxproof.session import Settings
from boxproof.targets.base import A, Deployment

DELAY_SECONDS = 0.001


class Delayed:
    """Stands in front of a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    @property
    def endpoint(self) -> Endpoint:
        """Where the deployment behind it answers."""
        time.sleep(DELAY_SECONDS)
        return self._deployment.endpoint

    @property
    def startup(self) -> Startup:
        """The latest start of the deployment behind it."""
        return self._deployment.startup

    def ability(self, wanted: type[A]) -> A:
        """An ability of the deployment behind it; each call of it is delayed."""
        return cast("A", DelayedAbility(self._deployment.ability(wanted)))

    def close(self) -> None:
        """Remove the deployment behind it."""
        self._deployment.close()


class DelayedAbility:
    """Has the methods of what it stands in front of, and no class that anybody could ask for."""

    def __init__(self, ability: object) -> None:
        self._ability = ability

    def __getattr__(self, name: str) -> Any:
        time.sleep(DELAY_SECONDS)
        return getattr(self._ability, name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--report", type=Path)
    parser.add_argument("--target")
    parser.add_argument("-k", default="")
    parser.add_argument("--require-complete", action="store_true")
    given = parser.parse_args()
    settings = Settings(
        given.config,
        given.target,
        report_folder=given.report,
        require_complete=given.require_complete,
        wrap=Delayed,
    )
    sys.exit(runner.run(settings, Console(), expression=given.k))
