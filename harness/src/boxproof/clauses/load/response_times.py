"""How long answers take while many users ask at once: the percentiles of ``[load.limits]``."""

from boxproof.clauses.load.limits_kept import is_limited, require_kept
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.load_run import LoadRun


@clause(
    "load.p50-kept",
    Level.MUST,
    "Under load half of the answers MUST take no longer than their limit.",
    promised=is_limited("p50_seconds"),
    effect=Effect.WRITES,
)
def p50_kept(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "p50_seconds", "the p50 is")


@clause(
    "load.p95-kept",
    Level.MUST,
    "Under load 95 of 100 answers MUST take no longer than their limit.",
    promised=is_limited("p95_seconds"),
    effect=Effect.WRITES,
)
def p95_kept(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "p95_seconds", "the p95 is")


@clause(
    "load.p99-kept",
    Level.MUST,
    "Under load 99 of 100 answers MUST take no longer than their limit.",
    promised=is_limited("p99_seconds"),
    effect=Effect.WRITES,
)
def p99_kept(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "p99_seconds", "the p99 is")
