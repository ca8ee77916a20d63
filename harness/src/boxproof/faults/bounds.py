"""From when until when a fault is done to a deployment, in the journal."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.journal import Journal
from boxproof.journal.entries import FaultBegan, FaultEnded


@contextmanager
def bounds(name: str, deployment: str, journal: Journal) -> Iterator[None]:
    """Put into the journal when a fault to a deployment began, and when it was healed."""
    journal.write(FaultBegan(name=name, deployment=deployment))
    error = ""
    try:
        yield
    except BaseException as caught:
        error = f"{type(caught).__name__}: {caught}"
        raise
    finally:
        journal.write(FaultEnded(name=name, error=error, deployment=deployment))
