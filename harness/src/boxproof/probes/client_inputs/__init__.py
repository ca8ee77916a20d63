"""What a client may send: a table of inputs, each made from the one valid request of the work.

Requests that libraries would tidy up, or not send at all, are bytes of the row's own.
"""

from collections.abc import Iterator

from boxproof.probes.client_inputs.broken_framing import broken_framing
from boxproof.probes.client_inputs.odd_encodings import odd_encodings
from boxproof.probes.client_inputs.odd_headers import odd_headers
from boxproof.probes.client_inputs.odd_targets import odd_targets
from boxproof.probes.client_inputs.odd_values import odd_values
from boxproof.probes.client_inputs.row import ClientInput
from boxproof.probes.client_inputs.valid_forms import valid_forms
from boxproof.probes.messages import Request
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work


def client_inputs(
    work: Work, health: Request, stores: tuple[RecordStore, ...]
) -> Iterator[ClientInput]:
    """Every row; those that a service may take long for come last.

    Args:
        health: a look at the health path.
    """
    rows = [
        *valid_forms(work),
        *odd_encodings(work),
        *odd_values(work),
        *odd_targets(health, stores),
        *odd_headers(health),
        *broken_framing(health),
    ]
    return iter(sorted(rows, key=lambda row: row.may_take_long))
