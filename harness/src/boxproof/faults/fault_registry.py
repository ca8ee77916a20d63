"""What a fault is, how one is declared, and how all are found."""

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import boxproof.faults
from boxproof.config.options import Config
from boxproof.core import entry_points
from boxproof.core.verdicts import Level
from boxproof.faults.network.route import Route
from boxproof.targets.base import Deployment

#: The group of entry points by which a package of a team's own joins.
GROUP = "boxproof.faults"


def _unheard(_: str) -> None:
    """Nobody asks."""


@dataclass(frozen=True, slots=True)
class FaultContext:
    """What a fault acts on.

    Attributes:
        deployment: it has every ability that the fault names.
        idle: records why a fault that was done changed nothing.
        note: records, for a person and a checker, that something was done or seen.
        route: the way that the workload's requests take to it.
        neighbour: the service beside the judged one that is harmed, by a fault of neighbours.
    """

    deployment: Deployment
    config: Config
    note: Callable[[str], None]
    route: Route
    idle: Callable[[str], None] = _unheard
    neighbour: str = ""


#: What is entered may be what was seen of the harm: how the server ended, say.
Harm = Callable[[FaultContext], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        name: stable, such as ``kill``.
        does: what it does, as the end of a sentence that begins "while" or "after".
        level: MUST where every engine can do it; SHOULD where some cannot, so that a run without it
            is not partial.
        needs: the ability protocols that the deployment must have.
        suits: whether it can be done to the server that ``boxproof.toml`` describes.
        harm: a context manager: harmed inside its block, healed (ready) when it is left, however
            it is left.
        serves: whether the server goes on working under it: then a write must be done under it.
        refuses: whether nothing can be written under it: then a write must come to nothing.
    """

    name: str
    does: str
    level: Level
    needs: tuple[type, ...]
    suits: Callable[[Config], bool]
    harm: Harm
    serves: bool = False
    refuses: bool = False


_faults: dict[str, Fault] = {}


def _any(_: Config) -> bool:
    return True


def fault(
    name: str,
    does: str,
    *,
    level: Level = Level.MUST,
    needs: tuple[type, ...] = (),
    suits: Callable[[Config], bool] = _any,
    serves: bool = False,
    refuses: bool = False,
) -> Callable[[Harm], Harm]:
    """Declare the decorated context manager to be a fault.

    Raises:
        ValueError: the name is taken.
    """

    def declare(harm: Harm) -> Harm:
        if name in _faults:
            raise ValueError(f"fault {name!r} is taken by {_faults[name].harm.__module__}")
        _faults[name] = Fault(name, does, level, needs, suits, harm, serves, refuses)
        return harm

    return declare


def every() -> dict[str, Fault]:
    """All faults by name, in the order of their names; with those that join by entry point.

    Raises:
        PackageError: a joined package cannot be used.
    """
    for module in pkgutil.iter_modules(boxproof.faults.__path__, f"{boxproof.faults.__name__}."):
        importlib.import_module(module.name)
    for _ in entry_points.modules(GROUP):
        pass  # What is imported registers itself.
    return dict(sorted(_faults.items()))
