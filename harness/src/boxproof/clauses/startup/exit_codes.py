"""Exit codes that tell an engine, and a person, what happened."""

from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.refused_start import Refused
from boxproof.targets.abilities import WaitsForExit

#: What a program itself may say of a failure; above stand a shell's own codes and 128 + a signal
#: (https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html).
FAILURES = range(1, 126)
LOG_LINES = 10


@clause(
    "startup.exit-codes",
    Level.MUST,
    "A server that refuses to start MUST end by itself with an exit code from 1 to 125, never by a "
    "signal.",
    needs=(WaitsForExit,),
    promised=lambda config: (
        config.server is not None
        and bool(config.server.bad_setting)
        and bool(config.server.missing_model)
    ),
)
def exit_codes(refused_setting: Refused, refused_model: Refused) -> None:
    ended = [refused_setting, refused_model]
    ended = [each for each in ended if each.exit is not None and each.exit.code != 0]
    if not ended:
        raise NotJudged("no start was refused with a non-zero exit code", Cause.RESTS_ON)
    for refused in (refused_setting, refused_model):
        what = ", ".join(f"{name}={value!r}" for name, value in refused.variables.items())
        # One that did not end, or ended with 0, breaks the clause that asks for a refusal.
        if refused.exit is None or refused.exit.code == 0:
            continue
        require(
            refused.exit.code in FAILURES and not refused.exit.oom_killed,
            f"with {what} it ended with exit code {refused.exit.code}, that of a signal",
            refused.exit.log.splitlines()[-LOG_LINES:],
        )
