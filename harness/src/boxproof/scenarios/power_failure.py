"""Power losses under load, on a deployment of its own whose disk forgets what was not fsynced."""

from contextlib import closing

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.faults import fault_registry as registry
from boxproof.ledger.history import History
from boxproof.scenarios.fault_runs import run_under_faults
from boxproof.scenarios.scheduler import ScenarioContext, background, part
from boxproof.targets.abilities import LosesPower
from boxproof.targets.base import Deployment, Variant

#: What a clause asks for, and the fault that it is seen under, in the order in which they are done.
PARTS = {"power_lost": "power-loss", "power_lost_on_full_disk": "power-loss-on-full-disk"}


@background(cost_boots=2, needs=LosesPower)
def power_failures(context: ScenarioContext) -> dict[str, History | Exception]:
    """Writers and readers, a power loss in their middle, everything read back; for each part."""
    made: dict[str, History | Exception] = {}
    with closing(context.target.boot(Variant("a disk that forgets", forgets=True))) as deployment:
        for name, fault in PARTS.items():
            if name not in context.wanted:
                continue
            if any(isinstance(each, BootFailed) for each in made.values()):
                made[name] = NotJudged("it does not start since power-loss", Cause.RESTS_ON)
                continue
            try:
                made[name] = _under(fault, deployment, context)
            except Exception as error:
                made[name] = error
    return made


def _under(fault: str, deployment: Deployment, context: ScenarioContext) -> History:
    records = context.records_of(deployment)
    faults = (registry.every()[fault],)
    return run_under_faults(
        faults, deployment, records, context.config, context.journal, context.seed
    )


power_lost = part("power_failures", "power_lost")
power_lost_on_full_disk = part("power_failures", "power_lost_on_full_disk")
