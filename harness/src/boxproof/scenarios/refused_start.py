"""Boots that should end at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import WaitsForExit
from boxproof.targets.base import Exit, Variant


@dataclass(frozen=True, slots=True)
class Refused:
    """A boot that should have ended at once; ``exit`` is None when it did not end."""

    variables: Mapping[str, str]
    exit: Exit | None


@background(needs=WaitsForExit)
def refused_setting(context: ScenarioContext) -> Refused:
    """The boot with a setting that makes no sense."""
    return _refused(context, context.config.server.bad_setting if context.config.server else {})


@background(needs=WaitsForExit)
def refused_model(context: ScenarioContext) -> Refused:
    """The boot with a model that is not there."""
    return _refused(context, context.config.server.missing_model if context.config.server else {})


def _refused(context: ScenarioContext, variables: Mapping[str, str]) -> Refused:
    label = ", ".join(f"{name}={value}" for name, value in variables.items())
    return Refused(variables, context.target.boot_to_exit(Variant(label, variables)))
