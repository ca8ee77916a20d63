"""Requests are answered, whatever the line of some clients is like."""

from collections.abc import Iterator

from boxproof.ledger.history import Anomaly, History, Outcome


def failed(history: History) -> Iterator[Anomaly]:
    """A valid request that was not answered with success."""
    for create in history.creates:
        if create.outcome is not Outcome.ACKNOWLEDGED:
            yield Anomaly(f"a valid create was answered {create.status or 'never'}", (create,))
    for look in (*history.reads, *history.walks):
        if look.status != 200:
            yield Anomaly(f"a valid read was answered {look.status or 'never'}", (look,))


def kept_waiting(history: History) -> Iterator[Anomaly]:
    """A client on a good line that got no good answer while the line of others was bad."""
    for request in history.beside:
        if request.status != 200:
            said = request.status or "never"
            yield Anomaly(f"a client on a good line was answered {said}", (request,))
