"""A power loss under load, on a deployment of its own whose disk forgets what was not fsynced."""

from contextlib import closing

from boxproof.faults import fault_registry as registry
from boxproof.ledger.history import History
from boxproof.scenarios.fault_runs import run_under_faults
from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import LosesPower
from boxproof.targets.base import Variant


@background(cost_boots=2, needs=LosesPower)
def power_lost(context: ScenarioContext) -> History:
    """Writers and readers, a power loss in their middle, everything read back."""
    fault = registry.every()["power-loss"]
    with closing(context.target.boot(Variant("a disk that forgets", forgets=True))) as deployment:
        records = context.records_of(deployment)
        return run_under_faults(
            (fault,), deployment, records, context.config, context.journal, context.seed
        )
