"""Boxproof judges the image of an AI service over real HTTP, clause by clause.

What stands in ``__all__`` is what packages of clauses and faults, and a team's own tests, may rely
on (``docs/how-to/own-clauses.md``). Each name is imported when it is first asked for, so that the
command's small processes do not pay for all of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boxproof.clauses.families import Family
    from boxproof.clauses.registry import clause
    from boxproof.config.options import Config
    from boxproof.core.breaches import (
        Breach,
        Late,
        NoAnswer,
        NotJudged,
        UnusableAnswer,
        require,
        require_in_time,
    )
    from boxproof.core.effects import Effect
    from boxproof.core.verdicts import Cause, Level
    from boxproof.faults.fault_registry import FaultContext, fault
    from boxproof.probes.client import Client
    from boxproof.probes.messages import Answer
    from boxproof.probes.record_store import RecordStore
    from boxproof.probes.work import Work
    from boxproof.scenarios.scheduler import ScenarioContext, background, part
    from boxproof.shared_deployment import Booted
    from boxproof.targets import abilities
    from boxproof.targets.base import Deployment, Target, Variant

__all__ = [
    "Answer",
    "Booted",
    "Breach",
    "Cause",
    "Client",
    "Config",
    "Deployment",
    "Effect",
    "Family",
    "FaultContext",
    "Late",
    "Level",
    "NoAnswer",
    "NotJudged",
    "RecordStore",
    "ScenarioContext",
    "Target",
    "UnusableAnswer",
    "Variant",
    "Work",
    "abilities",
    "background",
    "clause",
    "fault",
    "part",
    "require",
    "require_in_time",
]

_MODULES = {
    "boxproof.clauses.families": ("Family",),
    "boxproof.clauses.registry": ("clause",),
    "boxproof.config.options": ("Config",),
    "boxproof.core.breaches": (
        "Breach",
        "Late",
        "NoAnswer",
        "NotJudged",
        "UnusableAnswer",
        "require",
        "require_in_time",
    ),
    "boxproof.core.effects": ("Effect",),
    "boxproof.core.verdicts": ("Cause", "Level"),
    "boxproof.faults.fault_registry": ("FaultContext", "fault"),
    "boxproof.probes.client": ("Client",),
    "boxproof.probes.messages": ("Answer",),
    "boxproof.probes.record_store": ("RecordStore",),
    "boxproof.probes.work": ("Work",),
    "boxproof.scenarios.scheduler": ("ScenarioContext", "background", "part"),
    "boxproof.shared_deployment": ("Booted",),
    "boxproof.targets.base": ("Deployment", "Target", "Variant"),
}


def __getattr__(name: str) -> Any:
    if name == "abilities":
        return import_module("boxproof.targets.abilities")
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
