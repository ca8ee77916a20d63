"""The requests that a journal holds."""

from boxproof.journal import Journal, read
from boxproof.journal.entries import Requested


def requested(journal: Journal) -> list[Requested]:
    """Every request that was written, in order."""
    return [each.entry for each in read(journal.path) if isinstance(each.entry, Requested)]
