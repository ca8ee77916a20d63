"""What a start may cost."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require_in_time
from boxproof.core.verdicts import Level
from boxproof.scenarios.start_times import StartTimes


@clause(
    "startup.first-work-in-time",
    Level.MUST,
    "From the order to start until the first record is answered the service MUST take no longer "
    "than its budget.",
    promised=lambda config: config.limits.budget_seconds is not None,
)
def within_budget(start_times: StartTimes, config: Config) -> None:
    budget_seconds = config.limits.budget_seconds
    assert budget_seconds is not None
    require_in_time(
        start_times.seconds <= budget_seconds,
        f"the first record was returned after {start_times.seconds:.1f} s, later than "
        f"{budget_seconds:g} s",
        [f"{seconds:8.2f} s  {name}" for name, seconds in start_times.parts().items()],
    )
