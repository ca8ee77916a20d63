"""Requests are answered, whatever the network of some clients is like."""

from collections.abc import Iterator

from boxproof.ledger.history import Anomaly, History, Outcome


def failed(history: History) -> Iterator[Anomaly]:
    """A valid request that was not answered with success."""
    for create in history.creates:
        if create.outcome is not Outcome.ACKNOWLEDGED:
            yield Anomaly(f"a valid create {_returned(create.status)}", (create,))
    for look in (*history.reads, *history.walks):
        if look.status not in look.success:
            yield Anomaly(f"a valid read {_returned(look.status)}", (look,))


def kept_waiting(history: History) -> Iterator[Anomaly]:
    """A client on a good connection that got no success while the network of others was bad."""
    for request in history.beside:
        if request.status not in request.success:
            summary = f"a client on a good connection: its request {_returned(request.status)}"
            yield Anomaly(summary, (request,))


def _returned(status: int | None) -> str:
    return "got no answer" if status is None else f"returned {status}"
