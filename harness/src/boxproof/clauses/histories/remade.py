"""A deployment of its own whose container is made anew, with its volume and without.

It runs beside everything else, so that its boots cost a run little time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from boxproof.clauses.histories.ledger import Ledger, Reread
from boxproof.targets.base import Deployment, Target, Variant, Volume

RECORDS = 3


@dataclass(frozen=True, slots=True)
class Remade:
    """Records of a container, read in the containers that took its place.

    Attributes:
        kept: on the same volume.
        emptied: on a fresh volume.
    """

    kept: tuple[Reread, ...]
    emptied: tuple[Reread, ...]


def remake(target: Target, ledger_of: Callable[[Deployment], Ledger]) -> Remade:
    """Boot a deployment, make its container anew twice, and close it."""
    deployment = target.boot(Variant("to be made anew"))
    try:
        assert isinstance(deployment, Volume)
        ledger = ledger_of(deployment)
        before = ledger.create(RECORDS)
        deployment.recreate(keep_volume=True)
        kept = ledger.reread(before)
        after = ledger.create(RECORDS)
        deployment.recreate(keep_volume=False)
        return Remade(kept, ledger.reread((*before, *after)))
    finally:
        deployment.close()
