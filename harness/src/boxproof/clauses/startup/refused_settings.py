"""A server that cannot work ends at once and says why."""

from collections.abc import Mapping

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import Late, require, require_in_time
from boxproof.core.verdicts import Level
from boxproof.scenarios.refused_start import Refused
from boxproof.targets.abilities import WaitsForExit

TRACEBACK = "Traceback (most recent call last)"
LOG_LINES = 15


@clause(
    "startup.bad-setting-refused",
    Level.MUST,
    "A server with an invalid setting MUST end with a non-zero exit code and a line "
    "that names the setting or its value.",
    needs=(WaitsForExit,),
    promised=lambda config: config.server is not None and bool(config.server.bad_setting),
)
def bad_setting_refused(refused_setting: Refused, config: Config) -> None:
    _judge(refused_setting, config)


@clause(
    "startup.missing-model-refused",
    Level.MUST,
    "A server whose model is missing MUST end with a non-zero exit code and a line that names "
    "what is missing.",
    needs=(WaitsForExit,),
    promised=lambda config: config.server is not None and bool(config.server.missing_model),
)
def missing_model_refused(refused_model: Refused, config: Config) -> None:
    _judge(refused_model, config)


def _judge(refused: Refused, config: Config) -> None:
    limit_seconds = config.limits.refuse_seconds
    what = ", ".join(f"{name}={value!r}" for name, value in refused.variables.items())
    if refused.exit is None:
        raise Late(f"with {what} it became ready or still ran after {limit_seconds:g} s")
    lines = refused.exit.log.splitlines()
    evidence = [*lines[-LOG_LINES:], f"exit code {refused.exit.code}"]
    require(refused.exit.code != 0, f"with {what} it ended with exit code 0", evidence)
    require_in_time(
        refused.exit.seconds <= limit_seconds,
        f"with {what} it ended after {refused.exit.seconds:.1f} s, later than {limit_seconds:g} s",
        evidence,
    )
    require(
        any(_names(line, refused.variables) for line in lines),
        f"with {what} it ended without a line that names the setting or its value",
        evidence,
    )
    require(TRACEBACK not in refused.exit.log, f"with {what} it ended with a traceback", evidence)


def _names(line: str, variables: Mapping[str, str]) -> bool:
    return any(name in line or (value and value in line) for name, value in variables.items())
