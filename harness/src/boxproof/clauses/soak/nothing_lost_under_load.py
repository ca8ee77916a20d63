"""Records that were acknowledged while faults were done to the service under load."""

from boxproof.clauses.history_checks import DURABLE, judge, traceable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.soak_run import SoakRun
from boxproof.targets.abilities import InspectsProcesses, Kills, Restarts, SamplesUsage


@clause(
    "soak.nothing-lost",
    Level.MUST,
    "What was acknowledged under load while faults were done to the service MUST be there "
    "afterwards, once and as it was acknowledged.",
    needs=(Kills, Restarts, SamplesUsage, InspectsProcesses),
    promised=traceable,
    effect=Effect.DISTURBS,
)
def nothing_lost(soak_run: SoakRun) -> None:
    for history in soak_run.histories:
        judge(history, *DURABLE)
    if soak_run.faults is not None:
        raise soak_run.faults
    if not soak_run.histories:
        raise NotJudged("the soak ended before any fault, since something grew in it")
