"""Packages of others, which join by the entry points that they declare."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib import metadata
from types import ModuleType

from boxproof.core.errors import BoxproofError


class PackageError(BoxproofError):
    """A package of others that cannot be used; says which one, and what is wrong with it."""


def named(point: metadata.EntryPoint) -> str:
    """An entry point as a person knows it: its package and its line there."""
    package = point.dist.name if point.dist is not None else "a package"
    return f"{package}: entry point {point.group}: {point.name} = {point.value}"


def modules(group: str) -> Iterator[tuple[metadata.EntryPoint, ModuleType]]:
    """Import what installed packages declare in a group, with all submodules.

    Raises:
        PackageError: one of them cannot be imported, or refused its own registration.
    """
    for point in sorted(metadata.entry_points(group=group), key=lambda each: each.name):
        try:
            module = point.load()
            if not isinstance(module, ModuleType):
                raise TypeError(f"{point.value} is not a module")
            for each in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{point.value}."):
                importlib.import_module(each.name)
        except Exception as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise PackageError(f"{named(point)}: {said}; mend it or uninstall it") from error
        yield point, module
