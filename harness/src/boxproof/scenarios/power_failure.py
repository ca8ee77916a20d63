"""A power loss under load, on a deployment of its own whose disk forgets what was not fsynced."""

from contextlib import closing

from boxproof.faults import fault_registry as registry
from boxproof.ledger.history import History
from boxproof.scenarios.fault_runs import run_under_faults
from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import LosesPower
from boxproof.targets.base import Variant


@background(boots=2, needs=LosesPower)
def power_lost(site: ScenarioContext) -> History:
    """Writers and readers, a power loss in their middle, everything read back."""
    fault = registry.every()["power-loss"]
    with closing(site.target.boot(Variant("a disk that forgets", forgets=True))) as deployment:
        records = site.records_of(deployment)
        return run_under_faults((fault,), deployment, records, site.config, site.journal, site.seed)
