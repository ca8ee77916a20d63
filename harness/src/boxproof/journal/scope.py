"""What an entry belongs to: the clause that is being judged, the scenario that is being made.

Whoever judges or makes says so once; whatever is written meanwhile carries it, with no caller
passing it on. A thread begins with nothing, so whoever starts one hands it :func:`carried`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_clause: ContextVar[str] = ContextVar("clause", default="")
_scenario: ContextVar[str] = ContextVar("scenario", default="")


@contextmanager
def within(*, clause: str = "", scenario: str = "") -> Iterator[None]:
    """Bind what is written inside the block to a clause or to a scenario."""
    clause_before, scenario_before = _clause.set(clause), _scenario.set(scenario)
    try:
        yield
    finally:
        _clause.reset(clause_before)
        _scenario.reset(scenario_before)


def carried(function: Callable[P, R]) -> Callable[P, R]:
    """``function``, for another thread to call with this thread's clause and scenario."""
    clause, scenario = present()

    def bound(*args: P.args, **kwargs: P.kwargs) -> R:
        with within(clause=clause, scenario=scenario):
            return function(*args, **kwargs)

    return bound


def present() -> tuple[str, str]:
    """The clause and the scenario of this thread, each empty where there is none."""
    return _clause.get(), _scenario.get()
