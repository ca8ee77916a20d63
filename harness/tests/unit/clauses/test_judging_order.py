"""The order in which clauses are judged."""

from dataclasses import dataclass

import pytest

from boxproof.clauses.judging_order import ordered
from boxproof.core.effects import Effect

RANKS = {"smoke": 10, "records": 60}


@dataclass(frozen=True)
class Stub:
    """What the order must know of a clause."""

    id: str
    effect: Effect = Effect.READS
    after: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]


def ids(*clauses: Stub, last: tuple[str, ...] = ()) -> list[str]:
    """The ids in their order, which is the same however the clauses were found."""
    made = [each.id for each in ordered(clauses, RANKS, last)]
    assert made == [each.id for each in ordered(clauses[::-1], RANKS, last)]
    return made


def test_effect_then_family_then_id() -> None:
    """What disturbs comes last, whatever its family."""
    stops = Stub("smoke.a", Effect.DISTURBS)
    writes = Stub("smoke.z", Effect.WRITES)
    assert ids(stops, writes, Stub("records.b"), Stub("records.a"), Stub("smoke.b")) == [
        "smoke.b",
        "records.a",
        "records.b",
        "smoke.z",
        "smoke.a",
    ]


def test_a_family_without_a_rank_comes_after_those_with_one() -> None:
    """It is judged all the same."""
    assert ids(Stub("aaa.a"), Stub("records.a")) == ["records.a", "aaa.a"]


def test_a_clause_comes_after_the_clause_that_it_names() -> None:
    """Even where its effect would place it before."""
    first = Stub("records.z", Effect.DISTURBS)
    assert ids(Stub("smoke.a", after=("records.z",)), first) == ["records.z", "smoke.a"]


def test_a_clause_comes_after_all_of_an_effect_or_a_family() -> None:
    """Those that say the same are in their usual order among themselves."""
    late = ("smoke", Effect.DISTURBS)
    two = (Stub("smoke.b", after=late), Stub("smoke.a", after=late))
    others = (Stub("smoke.c"), Stub("records.a", Effect.DISTURBS), Stub("records.b"))
    assert ids(*two, *others) == ["smoke.c", "records.b", "records.a", "smoke.a", "smoke.b"]


def test_what_takes_its_time_is_asked_for_last() -> None:
    """But a clause that comes after everything still does."""
    late = Stub("smoke.logs", after=tuple(Effect))
    slow, kill = Stub("smoke.slow"), Stub("records.kill", Effect.DISTURBS)
    assert ids(slow, late, kill, last=("smoke.slow",)) == [
        "records.kill",
        "smoke.slow",
        "smoke.logs",
    ]


def test_clauses_that_wait_for_each_other_are_refused() -> None:
    """They are named."""
    with pytest.raises(ValueError, match=r"no order: .*: smoke\.a, smoke\.b"):
        ids(Stub("smoke.a", after=("smoke.b",)), Stub("smoke.b", after=("smoke.a",)))
