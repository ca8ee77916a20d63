"""What is left of too much load once it is over: a service that queues or breaks stays slow."""

from boxproof.clauses.registry import clause
from boxproof.config.load_options import STEPS
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.load_run import RECOVERY_SECONDS, LoadRun


def _is_overloaded(config: Config) -> bool:
    load = config.load
    return load.every_profile[load.profile].shape == STEPS


@clause(
    "load.served-again",
    Level.MUST,
    "When a load beyond its capacity has fallen to half of that, the service MUST do all that is "
    "asked of it again.",
    promised=_is_overloaded,
    effect=Effect.WRITES,
)
def served_again(load_run: LoadRun) -> None:
    knee = load_run.knee
    if knee is None or not knee.reached:
        raise NotJudged("no load was more than it can do; see --users", Cause.UNDECIDED)
    require(
        load_run.recovered_seconds[-1] is not None,
        f"{RECOVERY_SECONDS:g} s after a load beyond {knee.per_second:.4g} requests/s had fallen "
        "to half of that, not all was done, and neither was it a second time",
    )
