"""Requests that are sent at the same time, each with its answer or with why it got none."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from boxproof.core.breaches import NoAnswer
from boxproof.core.daemon_pool import DaemonPool
from boxproof.probes.messages import Answer

Said = Answer | NoAnswer
Ask = Callable[[], Said]


def said(ask: Ask) -> Said:
    """What became of one request."""
    try:
        return ask()
    except NoAnswer as error:
        return error


def at_once(asks: Sequence[Ask]) -> tuple[Said, ...]:
    """What became of each: one that is kept waiting holds none of the others up."""
    with closing(DaemonPool(len(asks), "at once")) as pool:
        return tuple(each.result() for each in [pool.submit(partial(said, ask)) for ask in asks])
