"""Has what a clause rests on made again, so that it can be judged alone."""

from collections.abc import Iterable
from typing import Any

import pytest

from boxproof.core.breaches import Breach, UnusableAnswer
from boxproof.core.errors import BootFailed
from boxproof.pytest_plugin.stash import session_of
from boxproof.scenarios.scheduler import Scheduler, in_background

#: Fixtures from here are the run's own givens, which no time limit spoils.
GIVEN = ("_pytest.", "boxproof.pytest_plugin.")
#: The background itself.
SCHEDULER = "scheduler"
#: What was seen when the shared deployment started for the first time.
FIRST_START = frozenset({"startup", "first_answer"})
ALONE = pytest.StashKey[set[str]]()


def forget_late(item: pytest.Function) -> bool:
    """Forget the scenarios that a clause asks for, each once a run; whether there were any.

    What is made in the background is made again at once; the rest when the clause asks for it.
    """
    done = item.session.stash.setdefault(ALONE, set())
    scheduler = _value(item, SCHEDULER)
    names = [name for name in item.fixturenames if name != SCHEDULER]
    forgotten = False
    if FIRST_START & set(names) and "shared" not in done:
        done.add("shared")
        _finish(item, "shared")
        session_of(item.config).shared_deployment.renew()
        forgotten = True
    for name in names:
        value = _value(item, name)
        if hasattr(value, "forget_late"):
            forgotten |= value.forget_late()
        elif in_background(frozenset({name})):
            if isinstance(scheduler, Scheduler) and scheduler.make_alone(name):
                _finish(item, name)
                forgotten = True
        elif name not in done and not _given(item, name):
            done.add(name)
            _finish(item, name)
            forgotten = True
    return forgotten


def takes_time(item: pytest.Function) -> bool:
    """Whether judging needs more than the scenarios that the background has made by now."""
    scheduler, names = _value(item, SCHEDULER), frozenset(item.fixturenames)
    return not (isinstance(scheduler, Scheduler) and scheduler.has_made(names))


def confirmed_alone(again: Exception, late: Exception) -> Exception:
    """What to say of a breach that came out alone, too: both times."""
    first = "" if again is late else f"; first: {late}"
    told = f"broken when judged alone, too: {again}{first}"
    match again:
        case Breach():
            return Breach(told, again.evidence, anomalies=again.anomalies, findings=again.findings)
        case UnusableAnswer():
            return Breach(told, again.evidence)
        case BootFailed():
            return BootFailed(
                told,
                log=again.log,
                exit_code_seen=again.exit_code_seen,
                oom_killed=again.oom_killed,
                timed_out=again.timed_out,
            )
    return again


def _definitions(item: pytest.Function, name: str) -> Iterable[pytest.FixtureDef[Any]]:
    return item._fixtureinfo.name2fixturedefs.get(name, ())


def _value(item: pytest.Function, name: str) -> object:
    """What a fixture gave; None where it was not made or failed."""
    for each in _definitions(item, name):
        if each.cached_result is not None and each.cached_result[2] is None:
            return each.cached_result[0]
    return None


def _given(item: pytest.Function, name: str) -> bool:
    return all(each.func.__module__.startswith(GIVEN) for each in _definitions(item, name))


def _finish(item: pytest.Function, name: str) -> None:
    """Forget what a fixture gave, and with it all that was made of that."""
    request: Any = item._request
    for each in _definitions(item, name):
        each.finish(request)
