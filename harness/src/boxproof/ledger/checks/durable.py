"""Acknowledged writes are there, exactly once, as acknowledged; rejected ones are not."""

from collections import Counter
from collections.abc import Iterator

from boxproof.ledger.history import Anomaly, Create, History, Outcome, Walk


def lost(history: History) -> Iterator[Anomaly]:
    """An acknowledged write that the final list or a final read no longer has."""
    final = _final(history)
    listed = {(history.id_of(record), history.text_of(record)) for record in final.records}
    for create in history.acknowledged:
        if (create.id, create.text) not in listed:
            yield Anomaly(
                f"acknowledged as id {create.id}, and gone from the list", (create, final)
            )
    acknowledged = {create.id: create for create in history.acknowledged}
    for read in history.readings:
        if read.status != 200:
            proof = (acknowledged[read.id], read)
            yield Anomaly(f"acknowledged as id {read.id}, and a read answers {read.status}", proof)


def altered(history: History) -> Iterator[Anomaly]:
    """A record that is not, to the last field, what was acknowledged."""
    acknowledged = {create.id: create for create in history.acknowledged}
    for read in (*history.reads, *history.readings):
        create = acknowledged.get(read.id)
        if create is not None and read.status == 200 and read.record != create.record:
            yield Anomaly(f"id {read.id} reads otherwise than it was acknowledged", (create, read))


def repeated(history: History) -> Iterator[Anomaly]:
    """A write that is stored more than once."""
    final = _final(history)
    count = Counter(history.text_of(record) for record in final.records)
    for create in history.creates:
        if count[create.text] > 1:
            yield Anomaly(f"sent once, stored {count[create.text]} times", (create, final))


def unsent(history: History) -> Iterator[Anomaly]:
    """A record that nobody asked for."""
    final = _final(history)
    sent = {create.text for create in history.creates}
    for record in final.records:
        if history.text_of(record) not in sent:
            yield Anomaly(f"stored, and never sent: {record}", (final,))


def rejected_and_stored(history: History) -> Iterator[Anomaly]:
    """A write that was refused, and is there all the same."""
    final = _final(history)
    stored = {history.text_of(record) for record in final.records}
    for create in history.creates:
        if create.outcome is Outcome.REJECTED and create.text in stored:
            yield Anomaly(f"refused with {create.status}, and stored", (create, final))


def not_its_own(history: History) -> Iterator[Anomaly]:
    """An answer that belongs to another request."""
    by_text = {create.text: create for create in history.creates}
    for create in history.acknowledged:
        answered = history.text_of(create.record)
        if answered is not None and answered != create.text:
            other = by_text.get(answered)
            proof: tuple[Create, ...] = (create,) if other is None else (create, other)
            yield Anomaly("answered with the record of another request", proof)


def _final(history: History) -> Walk:
    if history.final is None:
        raise ValueError("the history has no final walk")
    return history.final
