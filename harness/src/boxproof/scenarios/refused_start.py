"""Scheduler that should end at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.base import Exit, Variant


@dataclass(frozen=True, slots=True)
class Refused:
    """A boot that should have ended at once; ``exit`` is None when it did not end."""

    variables: Mapping[str, str]
    exit: Exit | None


@background()
def refused_setting(site: ScenarioContext) -> Refused:
    """The boot with a setting that makes no sense."""
    return _refused(site, site.config.server.bad_setting if site.config.server else {})


@background()
def refused_model(site: ScenarioContext) -> Refused:
    """The boot with a model that is not there."""
    return _refused(site, site.config.server.missing_model if site.config.server else {})


def _refused(site: ScenarioContext, variables: Mapping[str, str]) -> Refused:
    label = ", ".join(f"{name}={value}" for name, value in variables.items())
    return Refused(variables, site.target.boot_to_exit(Variant(label, variables)))
