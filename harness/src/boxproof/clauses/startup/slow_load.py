"""A model that loads slowly is seen to load, and nobody ends the container meanwhile."""

from boxproof.clauses.registry import clause
from boxproof.clauses.startup.readiness import NOT_READY, attempt_line
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, require, require_in_time
from boxproof.core.verdicts import Level
from boxproof.scenarios.stop_signals import Slow
from boxproof.targets.abilities import (
    InspectsImage,
    InspectsProcesses,
    LimitsCpu,
    WaitsForExit,
)

UNHEALTHY = "unhealthy"


@clause(
    "startup.slow-load-visible",
    Level.MUST,
    "A server that loads slowly MUST answer 503 or nothing until it works, and its container's own "
    "health check MUST NOT call it unhealthy meanwhile.",
    needs=(WaitsForExit, InspectsImage, LimitsCpu, InspectsProcesses),
)
def slow_load_visible(slow_boot: Slow, config: Config) -> None:
    startup, first = slow_boot.startup, slow_boot.first
    lines = [attempt_line(each, startup) for each in startup.attempts]
    wrong = [each for each in startup.attempts[:-1] if each.status not in NOT_READY]
    require(not wrong, f"{len(wrong)} health checks were answered before it was ready", lines)
    if isinstance(first, NoAnswer):
        raise first
    require(
        config.work.is_success(first.status),
        "loading slowly, it said that it was ready, and its first valid request returned "
        f"{first.status}",
        (*lines[-1:], *first.evidence()),
    )
    require_in_time(
        UNHEALTHY not in slow_boot.health,
        f"the container was called unhealthy within the {startup.seconds:.1f} s that it took to "
        "load; a longer start_period of its health check forgives that",
        slow_boot.health,
    )
