"""A power loss under load, on a deployment of its own whose disk forgets what was not fsynced."""

from contextlib import closing

from boxproof.clauses.histories.boots import Site, background
from boxproof.clauses.histories.suffering import suffer
from boxproof.faults import registry
from boxproof.ledger.history import History
from boxproof.targets.base import PowerLoss, Variant


@background(boots=2, needs=PowerLoss)
def power_lost(site: Site) -> History:
    """Writers and readers, a power loss in their middle, everything read back."""
    fault = registry.every()["power-loss"]
    with closing(site.target.boot(Variant("a disk that forgets", forgets=True))) as deployment:
        operations = site.operations_of(deployment)
        return suffer((fault,), deployment, operations, site.config, site.journal, site.seed)
