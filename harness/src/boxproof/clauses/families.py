"""Families: packages of clauses, found where they stand or by entry point."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from types import ModuleType

import boxproof.clauses
from boxproof.core import entry_points
from boxproof.core.entry_points import PackageError

#: The group of entry points by which a package of a team's own joins.
GROUP = "boxproof.clauses"
#: Of a family that says nothing: after those of boxproof, before those that disturb.
MIDDLE = 65


@dataclass(frozen=True, slots=True)
class Family:
    """One family; its package holds one as ``FAMILY``.

    Attributes:
        name: the first part of its clauses' ids; the package's own last name.
        sentence: what its clauses are about.
        rank: its place among clauses of one effect; those of boxproof have 10, 20, 30 and so on.
        on_request: whether it is judged only where it is asked for by name.
    """

    name: str
    sentence: str
    rank: int = MIDDLE
    on_request: bool = False


def every() -> dict[str, Family]:
    """All families by name, in the order of their ranks.

    Raises:
        PackageError: a package of others declares none, or one that there is.
    """
    found = {name: family_of(package) for name, package in _shipped()}
    for point, package in entry_points.modules(GROUP):
        try:
            family = family_of(package)
        except ValueError as error:
            raise PackageError(f"{entry_points.named(point)}: {error}") from None
        if family.name in found:
            raise PackageError(
                f"{entry_points.named(point)}: the family {family.name!r} is taken; choose another"
            )
        found[family.name] = family
    return dict(sorted(found.items(), key=lambda each: (each[1].rank, each[0])))


def asked_for(family: str, named: Collection[str]) -> bool:
    """Whether a family is judged where these were asked for by name, if any."""
    return family in named or not every()[family].on_request


def _shipped() -> Iterator[tuple[str, ModuleType]]:
    for each in pkgutil.iter_modules(boxproof.clauses.__path__):
        if each.ispkg:
            yield each.name, importlib.import_module(f"{boxproof.clauses.__name__}.{each.name}")


def family_of(package: ModuleType) -> Family:
    """The family that a package holds.

    Raises:
        ValueError: it holds none, or one of another name than its own.
    """
    family = getattr(package, "FAMILY", None)
    if not isinstance(family, Family):
        raise ValueError(f"{package.__name__} has no 'FAMILY = Family(name, sentence)'")
    own = package.__name__.rpartition(".")[2]
    if family.name != own:
        raise ValueError(f"the family {family.name!r} stands in a package called {own!r}")
    return family
