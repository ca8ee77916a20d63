"""The order in which clauses are judged: by effect, but each after what it says it comes after."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from boxproof.core.effects import Effect

EFFECTS = tuple(Effect)


class Placed(Protocol):
    """What the order must know of a clause."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def family(self) -> str:
        """The family that the id names."""

    @property
    def effect(self) -> Effect:
        """What judging it does."""

    @property
    def after(self) -> tuple[str, ...]:
        """Ids, families or effects that it comes after."""


Clauses = TypeVar("Clauses", bound=Placed)


def ordered(
    clauses: Iterable[Clauses], ranks: Mapping[str, int], last: Collection[str] = ()
) -> list[Clauses]:
    """The clauses in their order: by effect, by the rank of their family, by id.

    One comes later than that where ``after`` says so. A clause that comes after a family or an
    effect comes after each of its clauses, but for those that say the same.

    Args:
        ranks: of the families; one without a rank comes after those with one.
        last: the ids of those that should come after all others: what they judge takes its time.

    Raises:
        ValueError: some clauses each come after another of them.
    """
    every = {each.id: each for each in clauses}

    def place(each: Placed) -> tuple[Any, ...]:
        rank = ranks.get(each.family, max(ranks.values(), default=0) + 1)
        return (each.id in last, EFFECTS.index(each.effect), rank, each.id)

    waits = {each.id: set(_before(each, every.values())) for each in every.values()}
    free = [place(each) for each in every.values() if not waits[each.id]]
    heapq.heapify(free)
    made: list[Clauses] = []
    while free:
        chosen = every[heapq.heappop(free)[-1]]
        made.append(chosen)
        for other, before in waits.items():
            if chosen.id in before:
                before.discard(chosen.id)
                if not before:
                    heapq.heappush(free, place(every[other]))
    if len(made) < len(every):
        stuck = ", ".join(sorted(every.keys() - {each.id for each in made}))
        raise ValueError(f"no order: each of these comes after another of them: {stuck}")
    return made


def _before(clause: Placed, every: Iterable[Placed]) -> Iterator[str]:
    for other in every:
        if other.id == clause.id:
            continue
        names = {other.family, other.effect} - {*other.after}
        if {other.id, *names} & {*clause.after}:
            yield other.id
