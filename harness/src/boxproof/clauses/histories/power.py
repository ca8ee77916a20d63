"""A power loss under load, on a deployment of its own whose disk forgets what was not fsynced."""

import pytest

from boxproof.clauses.histories.boots import Boots
from boxproof.clauses.histories.suffering import suffer
from boxproof.config.options import Config
from boxproof.faults import registry
from boxproof.journal import Journal
from boxproof.ledger.history import History
from boxproof.probes.http import Client
from boxproof.probes.operations import Operations
from boxproof.targets.base import Deployment


@pytest.fixture(scope="session")
def power_lost(boots: Boots, config: Config, journal: Journal, seed: int) -> History:
    """Writers and readers, a power loss in their middle, everything read back."""
    deployment: Deployment = boots.result("power_lost")
    try:
        client = Client(lambda: deployment.base_url, journal, config.limits.request_seconds)
        operations = Operations(client, config.operations)
        fault = registry.every()["power-loss"]
        return suffer((fault,), deployment, operations, config, journal, seed)
    finally:
        deployment.close()
