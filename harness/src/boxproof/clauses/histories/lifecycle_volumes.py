"""Servers that find a data volume which is not new: an older database, a newer one, a neighbour."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from boxproof.clauses.histories.suffering import suffer
from boxproof.config.options import Config
from boxproof.core.errors import BootFailed
from boxproof.journal import Journal
from boxproof.ledger.history import History
from boxproof.probes.http import Answer, Client
from boxproof.probes.operations import Operations
from boxproof.targets.base import Deployment, Exit, Target, Variant

if TYPE_CHECKING:
    from boxproof.clauses.histories.boots import Boots


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A start on a database of an earlier release: its records as read, and one made after them."""

    reads: tuple[Answer, ...]
    listed: tuple[Any, ...] | None
    created: Any


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two servers on one volume.

    Attributes:
        refused: how the second one ended, when it did not become ready.
        history: of the load, on both of them by turns, or on the first alone.
    """

    refused: BootFailed | None
    history: History


@dataclass(frozen=True, slots=True)
class OnVolumes:
    """What became of both; an exception is the verdict of the clauses that ask for it."""

    upgraded: Upgraded | Exception | None
    neighbours: Neighbours | Exception


def on_volumes(target: Target, config: Config, journal: Journal, seed: int) -> OnVolumes:
    """A server on an old database where there is one, then a second server on the same volume."""
    upgraded: Upgraded | Exception | None = None
    first: Deployment | None = None
    if config.upgrade is not None and config.upgrade.old:
        try:
            first = target.boot(Variant("an older database", files=_files(config, "old")))
            upgraded = _upgraded(first, config, journal)
        except Exception as error:
            upgraded = error
            # What an upgrade spoils must not be taken for the doing of a neighbour.
            if first is not None:
                first.close()
                first = None
    try:
        if first is None:
            first = target.boot(Variant("the first on its volume"))
        neighbours = _tried(partial(_neighbours, target, first, config, journal, seed))
    finally:
        if first is not None:
            first.close()
    return OnVolumes(upgraded, neighbours)


def newer(target: Target, config: Config) -> Exit | None:
    """A start on a database of a later release; None when it did not end."""
    return target.boot_to_exit(Variant("a newer database", files=_files(config, "newer")))


def _files(config: Config, which: str) -> dict[str, Any]:
    assert config.upgrade is not None
    return {config.upgrade.file: config.root / getattr(config.upgrade, which)}


def _upgraded(deployment: Deployment, config: Config, journal: Journal) -> Upgraded:
    assert config.upgrade is not None
    operations = _operations(lambda: deployment.base_url, config, journal)
    reads: tuple[Answer, ...] = ()
    if config.operations.read is not None:
        reads = tuple(operations.read(each) for each in config.upgrade.old_ids)
    listed = None
    if config.operations.list is not None:
        listed = tuple(operations.id_of(each) for each in operations.list())
    return Upgraded(reads, listed, operations.create().id)


def _neighbours(
    target: Target, first: Deployment, config: Config, journal: Journal, seed: int
) -> Neighbours:
    try:
        second = target.boot(Variant("a second one on that volume", shares=first))
    except BootFailed as error:
        operations = _operations(lambda: first.base_url, config, journal)
        return Neighbours(error, suffer((), first, operations, config, journal, seed))
    try:
        turns = count()
        both = (first, second)
        operations = _operations(lambda: both[next(turns) % 2].base_url, config, journal)
        return Neighbours(None, suffer((), first, operations, config, journal, seed))
    finally:
        second.close()


def _tried(make: Callable[[], Neighbours]) -> Neighbours | Exception:
    try:
        return make()
    except Exception as error:
        return error


def _operations(base_url: Callable[[], str], config: Config, journal: Journal) -> Operations:
    client = Client(base_url, journal, config.limits.request_seconds)
    return Operations(client, config.operations)


@pytest.fixture(scope="session")
def upgraded(boots: "Boots") -> Upgraded:
    """The start on an older database."""
    made: OnVolumes = boots.result("on_volumes")
    if isinstance(made.upgraded, Exception):
        raise made.upgraded
    assert made.upgraded is not None
    return made.upgraded


@pytest.fixture(scope="session")
def neighbours(boots: "Boots") -> Neighbours:
    """Two servers on one volume."""
    made: OnVolumes = boots.result("on_volumes")
    if isinstance(made.neighbours, Exception):
        raise made.neighbours
    return made.neighbours


@pytest.fixture(scope="session")
def refused_newer(boots: "Boots") -> Exit | None:
    """The start on a newer database."""
    made: Exit | None = boots.result("refused_newer")
    return made
