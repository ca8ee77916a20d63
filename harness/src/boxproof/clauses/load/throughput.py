"""How many requests a second are done while many users ask at once."""

from boxproof.clauses.load.limits_kept import is_limited, require_kept
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.load_run import LoadRun


@clause(
    "load.requests-per-second",
    Level.MUST,
    "Under load the service MUST do as many requests a second as it promises.",
    promised=is_limited("requests_per_second"),
    effect=Effect.WRITES,
)
def requests_per_second(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "requests_per_second", "the requests done are")
