"""Acknowledged writes are there, exactly once, as acknowledged; rejected ones are not."""

from collections import Counter
from collections.abc import Iterator

from boxproof.ledger.history import Anomaly, Create, History, Outcome
from boxproof.probes.record_store import difference


def lost(history: History) -> Iterator[Anomaly]:
    """An acknowledged write that the final walk or a final read no longer has."""
    acknowledged = {create.id: create for create in history.acknowledged}
    if history.final is not None:
        met = {(each.id, each.text) for each in history.final.records}
        for create in history.acknowledged:
            if (create.id, create.text) not in met:
                summary = f"id {create.id} was acknowledged, and is missing from the list"
                yield Anomaly(summary, (create, history.final))
    for read in history.readings:
        if read.status != 200:
            proof = (acknowledged[read.id], read)
            yield Anomaly(
                f"id {read.id} was acknowledged, and reading it returns {read.status}", proof
            )


def altered(history: History) -> Iterator[Anomaly]:
    """A record that differs from what was acknowledged."""
    acknowledged = {create.id: create for create in history.acknowledged}
    for read in (*history.reads, *history.readings):
        create = acknowledged.get(read.id)
        if create is not None and read.status == 200:
            different = difference(create.record, read.record)
            text = history.text_of(read.record)
            unsaid = history.text_of(create.record) is None
            if unsaid and text is not None and text != create.text:
                different = f"{history.text_pointer!r}"
            if different:
                yield Anomaly(
                    f"id {read.id} differs at {different} from what was acknowledged",
                    (create, read),
                )


def undone(history: History) -> Iterator[Anomaly]:
    """An acknowledged update or delete that a final read does not show."""
    for change, read in history.changes:
        why = change.changed.undone(read.status, history.text_of(read.record))
        if why:
            yield Anomaly(f"id {read.id}: {why}", (change, read))


def repeated(history: History) -> Iterator[Anomaly]:
    """A write that is stored more than once."""
    if history.final is None:
        return
    count = Counter(record.text for record in history.final.records)
    for create in history.creates:
        if count[create.text] > 1:
            proof = (create, history.final)
            yield Anomaly(f"sent once, stored {count[create.text]} times", proof)


def unsent(history: History) -> Iterator[Anomaly]:
    """A record that nobody asked for."""
    if history.final is None:
        return
    sent = {create.text for create in history.creates}
    for record in history.final.records:
        if record.text not in sent:
            yield Anomaly(f"stored, but never sent: {record.record}", (history.final,))


def rejected_and_stored(history: History) -> Iterator[Anomaly]:
    """A write that was refused, and is there all the same."""
    if history.final is None:
        return
    stored = {record.text for record in history.final.records}
    for create in history.creates:
        if create.outcome is Outcome.REJECTED and create.text in stored:
            yield Anomaly(f"refused with {create.status}, but stored", (create, history.final))


def not_its_own(history: History) -> Iterator[Anomaly]:
    """An answer that belongs to another request."""
    by_text = {create.text: create for create in history.creates}
    for create in history.acknowledged:
        answered = history.text_of(create.record)
        if answered is not None and answered != create.text:
            other = by_text.get(answered)
            proof: tuple[Create, ...] = (create,) if other is None else (create, other)
            yield Anomaly("answered with another request's record", proof)
