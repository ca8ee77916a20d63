"""How soon streams begin, and how fast they go on, while many users ask at once."""

from boxproof.clauses.load.limits_kept import is_limited, require_kept
from boxproof.clauses.registry import clause
from boxproof.config.load_options import STREAM
from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.load_run import LoadRun


def _is_streamed(key: str, config: Config) -> bool:
    return STREAM in config.load.weights and is_limited(key)(config)


@clause(
    "load.first-token",
    Level.MUST,
    "Under load 95 of 100 streams MUST bring their first piece of text within its limit.",
    promised=lambda config: _is_streamed("first_token_seconds", config),
    effect=Effect.WRITES,
)
def first_token(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "first_token_seconds", "the p95 of the first piece of text is")


@clause(
    "load.tokens-per-second",
    Level.MUST,
    "Under load half of the streams MUST bring as many pieces of text a second as is promised.",
    promised=lambda config: _is_streamed("tokens_per_second", config),
    effect=Effect.WRITES,
)
def tokens_per_second(load_run: LoadRun, config: Config) -> None:
    require_kept(load_run, config, "tokens_per_second", "the pieces of text of a stream are")
