"""The memory runs out, or the CPU is scarce."""

from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.clauses.refused_writes import stored
from boxproof.clauses.registry import clause
from boxproof.core.breaches import require_in_time
from boxproof.core.verdicts import Level
from boxproof.ledger.checkers import visible
from boxproof.scenarios.storage_faults import Endured
from boxproof.targets.abilities import ExhaustsMemory, FillsVolume, ThrottlesCpu


@clause(
    "persistence.survives-memory-limit",
    Level.SHOULD,
    "What was acknowledged SHOULD be there, once and as it was acknowledged, after the kernel "
    "killed the server for lack of memory.",
    needs=(ExhaustsMemory, FillsVolume),
    promised=stored,
)
def survives_memory_limit(short_of_memory: Endured) -> None:
    judge(short_of_memory.history, *DURABLE)


@clause(
    "persistence.survives-cpu-limit",
    Level.SHOULD,
    "What was acknowledged SHOULD be there, and seen at once by all, while the server had a tenth "
    "of a core and afterwards.",
    needs=(FillsVolume, ThrottlesCpu),
    promised=stored,
)
def survives_cpu_limit(short_of_cpu: Endured) -> None:
    endured = short_of_cpu
    judge(endured.history, *DURABLE, visible.unread, visible.unlisted)
    require_in_time(not endured.unrecovered, f"after the limit was lifted: {endured.unrecovered}")
