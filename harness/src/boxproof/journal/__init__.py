"""The journal: the append-only, typed and versioned record of one run, on one clock.

Written as things happen, judged later, reported last. :mod:`boxproof.journal.entries` declares
every entry; the reports read nothing else.
"""

from boxproof.journal.bodies import Body
from boxproof.journal.entries import Entry, Recorded
from boxproof.journal.reader import JournalError, read
from boxproof.journal.scope import carried, within
from boxproof.journal.writer import Journal, Listener

__all__ = [
    "Body",
    "Entry",
    "Journal",
    "JournalError",
    "Listener",
    "Recorded",
    "carried",
    "read",
    "within",
]
