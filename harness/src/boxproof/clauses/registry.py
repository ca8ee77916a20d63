"""The registry of clauses: what a clause is, how one is declared, and how all are found.

A new clause is a new file under its family; nothing else is edited, for the registry walks this
package and those that join by entry point (``boxproof.clauses``). Wrong declarations fail when
their module is imported.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import ModuleType

import boxproof.clauses
import boxproof.scenarios
from boxproof.clauses import families
from boxproof.clauses.by_kind import any_kind
from boxproof.clauses.judging_order import ordered
from boxproof.config.options import Config
from boxproof.core import entry_points
from boxproof.core.effects import Effect
from boxproof.core.entry_points import PackageError
from boxproof.core.identifiers import family_of
from boxproof.core.retired_ids import RETIRED
from boxproof.core.verdicts import Level

Judge = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise.

    Attributes:
        id: stable for ever; a retired one is never used again.
        level: how binding it is.
        sentence: the promise, in one normative sentence.
        needs: the abilities (protocols of ``boxproof.targets.abilities``) without which it is not
            judged.
        promised: whether ``boxproof.toml`` says that the service makes this promise at all.
        judge: returns when the clause is kept, raises ``Breach`` when it is broken. Its parameters
            are pytest fixtures.
        effect: what judging it does to the shared deployment.
        reads_in_part: whether requests that only read show a part of it, which is what is judged
            where nothing may be written.
        after: what it comes after: ids of clauses, names of families, effects.
        follows: ids of clauses, which it comes after: where one of them is broken, a breach of
            this one may be no more than its consequence, and is not told as one of its own.
        since: the contract in which it came; a team that pins an older one is told of it.
        full: whether judging it takes so long that only ``boxproof run --full`` does.
        of_kind: what ``promised`` asks of a kind of records, where it is judged for each of them;
            None where it is judged once.
    """

    id: str
    level: Level
    sentence: str
    needs: tuple[type, ...]
    promised: Callable[[Config], bool]
    judge: Judge
    effect: Effect = Effect.READS
    reads_in_part: bool = False
    after: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    since: int = 1
    full: bool = False
    of_kind: Callable[[Config], bool] | None = None

    @property
    def family(self) -> str:
        """The family that the id names."""
        return family_of(self.id)

    def kinds(self, config: Config) -> Mapping[str, Config]:
        """The kinds of records that it is judged for, by name, each as a file that describes it
        alone; none where it is judged once.
        """
        asked = self.of_kind
        if asked is None:
            return {}
        return {name: each for name, each in config.by_kind().items() if asked(each)}


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
    effect: Effect = Effect.READS,
    reads_in_part: bool = False,
    after: tuple[str, ...] = (),
    follows: tuple[str, ...] = (),
    since: int = 1,
    full: bool = False,
    each_kind: bool = False,
) -> Callable[[Judge], Judge]:
    """Declare the decorated function to be the judge of a clause.

    With ``each_kind`` it is judged for each kind of records of which ``promised`` holds: the
    fixtures ``records``, ``under`` and ``config`` are then those of that kind alone.

    Raises:
        ValueError: the id is malformed, taken, retired, or names another family than the module's
            package; the sentence lacks its level's word; the contract's number is not one.
    """

    def declare(judge: Judge) -> Judge:
        family = family_of(id)
        package = judge.__module__.split(".")[-2]
        if package != family and judge.__module__.startswith(boxproof.clauses.__name__):
            raise ValueError(f"clause {id!r} stands in the package of {package!r}")
        if id in _clauses and _clauses[id].judge.__module__ != judge.__module__:
            raise ValueError(f"clause id {id!r} is taken by {_clauses[id].judge.__module__}")
        if id in RETIRED:
            raise ValueError(f"clause id {id!r} is retired; no clause may have it again")
        if level not in sentence:
            raise ValueError(f"clause {id!r}: its sentence does not say {level}")
        if since < 1:
            raise ValueError(f"clause {id!r}: {since} is not the number of a contract (1 or more)")
        _clauses[id] = Clause(
            id,
            level,
            sentence,
            needs,
            any_kind(promised) if each_kind else promised,
            judge,
            effect,
            reads_in_part,
            (*after, *follows),
            follows,
            since,
            full,
            promised if each_kind else None,
        )
        return judge

    return declare


def modules() -> tuple[ModuleType, ...]:
    """Every module of the clauses, of the scenarios that they judge, and of joined packages.

    Raises:
        PackageError: a joined package cannot be used.
    """
    shipped = [
        importlib.import_module(module.name)
        for package in (boxproof.clauses, boxproof.scenarios)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    joined = [package.__name__ for _, package in entry_points.modules(families.GROUP)]
    within = tuple(f"{name}." for name in joined)
    return (
        *shipped,
        *(each for name, each in sorted(sys.modules.items()) if f"{name}.".startswith(within)),
    )


def every(last: Collection[str] = ()) -> tuple[Clause, ...]:
    """All clauses, in the order in which a run judges them; those with an id in ``last`` late.

    Raises:
        PackageError: a joined package cannot be used: a clause of it comes after nothing that there
            is, say, or after itself.
    """
    modules()
    _check_joined()
    known = {*_clauses, *families.every(), *Effect}
    for each in _clauses.values():
        for unknown in {*each.after} - known:
            where = each.judge.__module__
            raise PackageError(f"{where}: {each.id!r} comes after {unknown!r}, which is not there")
    ranks = {name: family.rank for name, family in families.every().items()}
    try:
        return tuple(ordered(_clauses.values(), ranks, last))
    except ValueError as error:
        raise PackageError(str(error)) from None


def _check_joined() -> None:
    for point, package in entry_points.modules(families.GROUP):
        family = families.family_of(package).name
        own = [
            each
            for each in _clauses.values()
            if f"{each.judge.__module__}.".startswith(f"{package.__name__}.")
        ]
        wrong = [each.id for each in own if each.family != family]
        if wrong:
            raise PackageError(
                f"{entry_points.named(point)}: clause {wrong[0]!r} is not of its family {family!r}"
            )
