"""SIGTERM: the server ends in time, cleanly, and with its work done."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.abilities import Restarts

LOG_LINES = 15


@clause(
    "lifecycle.stops-cleanly",
    Level.MUST,
    "After SIGTERM the server MUST end with exit code 0 within its time limit.",
    needs=(Restarts,),
    effect=Effect.DISTURBS,
)
def stops_cleanly(restarted: Ended, config: Config) -> None:
    exit, limit_seconds = restarted.exit, config.limits.stop_seconds
    evidence = [*restarted.evidence(), *exit.log.splitlines()[-LOG_LINES:]]
    require_in_time(
        exit.seconds <= limit_seconds and exit.code != 137,
        f"still running {limit_seconds:g} s after SIGTERM",
        evidence,
    )
    require(exit.code == 0, f"ended with exit code {exit.code} after SIGTERM", evidence)


@clause(
    "lifecycle.finishes-in-flight",
    Level.MUST,
    "A request that the server has taken up when SIGTERM arrives MUST be answered.",
    needs=(Restarts,),
    effect=Effect.DISTURBS,
)
def finishes_in_flight(restarted: Ended, config: Config) -> None:
    if isinstance(restarted.in_flight, NotJudged):
        raise restarted.in_flight
    lost = [each for each in restarted.in_flight if not each.is_success]
    require(
        not lost,
        f"{len(lost)} of {len(restarted.in_flight)} requests in hand at SIGTERM did not return "
        f"{config.work.expected}",
        [
            *restarted.evidence(),
            *(line for each in lost for line in each.evidence()),
        ],
    )
