"""What a start may cost."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.start_times import StartTimes
from boxproof.targets.abilities import Restarts


@clause(
    "startup.first-work-in-time",
    Level.MUST,
    "From the start of its first process until the first work is answered the service MUST take no "
    "longer than its time limit.",
    needs=(Restarts,),
    promised=lambda config: config.limits.first_work_seconds is not None,
    effect=Effect.WRITES,
)
def first_work_in_time(start_times: StartTimes, config: Config) -> None:
    limit_seconds = config.limits.first_work_seconds
    assert limit_seconds is not None
    require_in_time(
        start_times.seconds <= limit_seconds,
        f"the first work was answered after {start_times.seconds:.1f} s, later than "
        f"{limit_seconds:g} s",
        [f"{seconds:8.2f} s  {name}" for name, seconds in start_times.parts().items()],
    )
