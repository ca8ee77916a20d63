"""From when until when a fault is in force, in the journal."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.journal import Journal
from boxproof.journal.entries import FaultBegan, FaultEnded


@contextmanager
def bounds(name: str, journal: Journal) -> Iterator[None]:
    """Put into the journal from when until when a fault was in force."""
    journal.write(FaultBegan(name=name))
    error = ""
    try:
        yield
    except BaseException as caught:
        error = f"{type(caught).__name__}: {caught}"
        raise
    finally:
        journal.write(FaultEnded(name=name, error=error))
