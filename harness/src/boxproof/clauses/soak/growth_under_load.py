"""What the service uses when it is idle again, after more and more load: the leak gate.

The statistics are those of :mod:`boxproof.core.leak_gate`.
"""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.leak_gate import Gate
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.repeated_work import per_request
from boxproof.scenarios.soak_run import FINDS, Round, SoakRun
from boxproof.targets.abilities import InspectsProcesses, SamplesUsage

NEEDS = (SamplesUsage, InspectsProcesses)


@clause(
    "soak.memory-flat",
    Level.MUST,
    "Over a soak the service's memory MUST NOT grow by more than its budget for each request.",
    needs=NEEDS,
    effect=Effect.DISTURBS,
    # Each of those takes memory as well.
    follows=("soak.descriptors-flat", "soak.threads-flat"),
)
def memory_flat(soak_run: SoakRun, config: Config) -> None:
    _require_flat(soak_run, config, "memory")


@clause(
    "soak.descriptors-flat",
    Level.MUST,
    "Over a soak the service's open descriptors MUST NOT grow with its requests.",
    needs=NEEDS,
    effect=Effect.DISTURBS,
)
def descriptors_flat(soak_run: SoakRun, config: Config) -> None:
    _require_flat(soak_run, config, "descriptors")


@clause(
    "soak.threads-flat",
    Level.MUST,
    "Over a soak the service's threads and processes MUST NOT grow with its requests.",
    needs=NEEDS,
    effect=Effect.DISTURBS,
)
def threads_flat(soak_run: SoakRun, config: Config) -> None:
    _require_flat(soak_run, config, "threads", "processes")


def _require_flat(soak_run: SoakRun, config: Config, *names: str) -> None:
    for name in names:
        told = [_told(each, name) for each in soak_run.rounds if each.leaks(name)]
        require(not told, f"{name} grow with the number of requests: {'; '.join(told)}", told)
    for each in soak_run.rounds:
        if each.problem:
            raise NotJudged(f"{each.problem}; see --minutes", Cause.UNDECIDED)
    for name in names:
        needed = [_needed(each, name, soak_run.gates[name]) for each in soak_run.rounds]
        if name in ("memory", "descriptors", "threads") and all(each > 1 for each in needed):
            minutes = config.load.soak_minutes * min(needed)
            raise NotJudged(
                f"{soak_run.requests} requests are too few to find a leak of "
                f"{per_request(name, FINDS * soak_run.gates[name].budget)}; some {minutes:.0f} "
                "minutes are not",
                Cause.UNDECIDED,
            )


def _needed(each: Round, name: str, gate: Gate) -> float:
    """How many times as long a round would have to be, to find a leak that matters."""
    if name not in each.growths:
        return float("inf")
    return max(growth.detectable for growth in each.growths[name]) / (FINDS * gate.budget)


def _told(each: Round, name: str) -> str:
    first, second = each.growths[name]
    low, high = per_request(name, second.low), per_request(name, second.high)
    series = " ".join(f"{point.used:.0f}" for point in each.points[name])
    return (
        f"{per_request(name, first.slope)}, and {per_request(name, second.slope)} later "
        f"({low} to {high}, confidence 99 %) over {each.requests} requests; after each cycle: "
        f"{series}"
    )
