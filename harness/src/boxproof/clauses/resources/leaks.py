"""What the service uses when it is idle again, after cycles of equal work: the leak gate.

The statistics are those of :mod:`boxproof.core.leak_gate`.
"""

from collections.abc import Iterator

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.leak_gate import leaks
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.repeated_work import Arm, RepeatedWork, per_request
from boxproof.targets.abilities import InspectsProcesses, SamplesUsage

NEEDS = (SamplesUsage, InspectsProcesses)


def _promised(config: Config) -> bool:
    return config.resources.leaked_bytes is not None


@clause(
    "resources.descriptors-flat",
    Level.MUST,
    "The service's open descriptors MUST NOT grow with the requests that it has answered, refused, "
    "or lost the client of.",
    needs=NEEDS,
    promised=_promised,
    effect=Effect.DISTURBS,
    full=True,
)
def descriptors_flat(repeated_work: RepeatedWork) -> None:
    _require_flat(repeated_work, "descriptors")


@clause(
    "resources.threads-flat",
    Level.MUST,
    "The service's threads and processes MUST NOT grow with the requests that it has answered, "
    "refused, or lost the client of.",
    needs=NEEDS,
    promised=_promised,
    effect=Effect.DISTURBS,
    full=True,
)
def threads_flat(repeated_work: RepeatedWork) -> None:
    _require_flat(repeated_work, "threads", "processes")


@clause(
    "resources.memory-flat",
    Level.MUST,
    "The service's memory MUST NOT grow by more than its budget for each request that it has "
    "answered, refused, or lost the client of.",
    needs=NEEDS,
    promised=_promised,
    effect=Effect.DISTURBS,
    # Each of those takes memory as well.
    follows=("resources.descriptors-flat", "resources.threads-flat"),
    full=True,
)
def memory_flat(repeated_work: RepeatedWork) -> None:
    _require_flat(repeated_work, "memory")


def _require_flat(repeated_work: RepeatedWork, *names: str) -> None:
    for name in names:
        told = [line for arm in repeated_work.arms for line in _grown(arm, name)]
        require(not told, f"{name} grow with the number of requests: {'; '.join(told)}", told)
    for arm in repeated_work.arms:
        if arm.problem:
            raise NotJudged(f"{arm.name}: {arm.problem}", Cause.UNDECIDED)
        if not any(name in arm.growths for name in names):
            raise NotJudged(f"the target does not tell the {' or '.join(names)} of its processes")


def _grown(arm: Arm, name: str) -> Iterator[str]:
    if name not in arm.growths:
        return
    first, second = arm.growths[name]
    if not leaks(first, second) or second is None:
        return
    low, high = per_request(name, second.low), per_request(name, second.high)
    series = " ".join(f"{each.used:.0f}" for each in arm.series[name])
    yield (
        f"{arm.name}: {per_request(name, first.slope)}, and {per_request(name, second.slope)} over "
        f"twice the work ({low} to {high}, confidence 99 %); after each cycle: {series}"
    )
