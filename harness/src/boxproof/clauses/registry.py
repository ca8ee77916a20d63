"""The registry of clauses: what a clause is, how one is declared, and how all are found.

A new clause is a new file under its family; nothing else is edited, for the registry walks this
package. Wrong declarations fail when their module is imported.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import boxproof.clauses
import boxproof.scenarios
from boxproof.config.options import Config
from boxproof.core.ids import family_of
from boxproof.core.verdicts import Level

Judge = Callable[..., None]

#: Families in the order in which a run judges them; one that disturbs the service comes late.
FAMILIES = (
    "smoke",
    "startup",
    "hygiene",
    "generation",
    "schema",
    "records",
    "lifecycle",
    "persistence",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise.

    Attributes:
        id: stable for ever; a retired one is never used again.
        level: how binding it is.
        sentence: the promise, in one normative sentence.
        needs: the ability protocols of ``boxproof.targets.base`` without which it is not judged.
        promised: whether ``boxproof.toml`` says that the service makes this promise at all.
        judge: returns when the clause is kept, raises ``Breach`` when it is broken. Its parameters
            are pytest fixtures.
        disturbs: whether judging it stops, kills or remakes the shared deployment.
    """

    id: str
    level: Level
    sentence: str
    needs: tuple[type, ...]
    promised: Callable[[Config], bool]
    judge: Judge
    disturbs: bool = False

    @property
    def family(self) -> str:
        """The family that the id names."""
        return family_of(self.id)


_clauses: dict[str, Clause] = {}


def _always(_: Config) -> bool:
    return True


def clause(
    id: str,
    level: Level,
    sentence: str,
    *,
    needs: tuple[type, ...] = (),
    promised: Callable[[Config], bool] = _always,
    disturbs: bool = False,
) -> Callable[[Judge], Judge]:
    """Declare the decorated function to be the judge of a clause.

    Raises:
        ValueError: the id is malformed, taken, or names another family than the module's package;
            the sentence lacks its level's word; the function's parameters have no names.
    """

    def declare(judge: Judge) -> Judge:
        family = family_of(id)
        package = judge.__module__.split(".")[-2]
        if package != family and judge.__module__.startswith(boxproof.clauses.__name__):
            raise ValueError(f"clause {id!r} stands in the package of {package!r}")
        if id in _clauses and _clauses[id].judge.__module__ != judge.__module__:
            raise ValueError(f"clause id {id!r} is taken by {_clauses[id].judge.__module__}")
        if level not in sentence:
            raise ValueError(f"clause {id!r}: its sentence does not say {level}")
        _clauses[id] = Clause(id, level, sentence, needs, promised, judge, disturbs)
        return judge

    return declare


def modules() -> tuple[ModuleType, ...]:
    """Every module of the clauses and of the scenarios that they judge."""
    return tuple(
        importlib.import_module(module.name)
        for package in (boxproof.clauses, boxproof.scenarios)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )


def every() -> tuple[Clause, ...]:
    """All clauses, in the order in which a run judges them."""
    modules()
    return tuple(sorted(_clauses.values(), key=_place))


def _place(each: Clause) -> tuple[Any, ...]:
    family = FAMILIES.index(each.family) if each.family in FAMILIES else len(FAMILIES)
    return (each.disturbs, family, each.judge.__module__, inspect.getsourcelines(each.judge)[1])
