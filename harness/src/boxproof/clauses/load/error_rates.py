"""The share of requests that are refused or fail while many users ask at once."""

from boxproof.clauses.load.limits_kept import is_limited, require_kept
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.load_run import LoadRun


@clause(
    "load.errors-bounded",
    Level.MUST,
    "Under load no greater share of requests MUST be refused or fail than their limit allows.",
    promised=is_limited("error_rate"),
    effect=Effect.WRITES,
)
def errors_bounded(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "error_rate", "the share that was refused or failed is")
