"""SIGTERM to the first process, which alone gets it from an engine, once and again."""

from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require, require_in_time
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.done import evidence
from boxproof.scenarios.stop_signals import Slow, Stopped
from boxproof.targets.abilities import (
    InspectsImage,
    InspectsProcesses,
    LimitsCpu,
    WaitsForExit,
)
from boxproof.targets.server_processes import process_lines

LOG_LINES = 15


@clause(
    "lifecycle.forwards-signals",
    Level.MUST,
    "SIGTERM to the first process alone MUST end every process, and each one MUST finish the "
    "request that it has in hand.",
    needs=(WaitsForExit, InspectsImage, InspectsProcesses),
)
def first_process_forwards_signals(stopped_twice: Stopped) -> None:
    stopped = stopped_twice
    done = evidence(stopped.signals(), stopped.log)
    require_in_time(
        stopped.exit is not None,
        f"{len(stopped.left)} processes were still running {stopped.grace_seconds:g} s after "
        "SIGTERM to the first process",
        (*done, *process_lines(stopped.left)),
    )
    assert stopped.exit is not None
    answered = stopped.request.status is not None
    if not answered and len(stopped.before) == 1:
        raise NotJudged(
            "the first process is the only one; what becomes of the requests that it has in hand "
            "is judged by lifecycle.finishes-in-flight",
            Cause.RESTS_ON,
        )
    # What a first process leaves behind when it ends, the kernel kills.
    require(
        answered,
        f"the server ended with exit code {stopped.exit.code} and a request in hand: no SIGTERM "
        "reached the process that had it, or it did not finish its work",
        (*done, *process_lines(stopped.before), *stopped.request.evidence()),
    )


@clause(
    "lifecycle.second-sigterm",
    Level.MUST,
    "A second SIGTERM while the server stops MUST NOT make it hang or lose the requests in hand.",
    needs=(WaitsForExit, InspectsImage, InspectsProcesses),
    # What the first one loses already is no matter of the second.
    follows=("lifecycle.finishes-in-flight",),
)
def second_term(stopped_twice: Stopped) -> None:
    # gunicorn, for one, documents SIGTERM as graceful and SIGINT and SIGQUIT as quick
    # (https://docs.gunicorn.org/en/stable/signals.html); engines and people send SIGTERM twice.
    stopped = stopped_twice
    done = (*evidence(stopped.signals(), stopped.log), *stopped.request.evidence())
    require_in_time(
        stopped.exit is not None,
        f"still running {stopped.grace_seconds:g} s after the first SIGTERM",
        (*done, *process_lines(stopped.left)),
    )
    assert stopped.exit is not None
    if stopped.second is None:
        raise NotJudged(
            "the server no longer had the request in hand when a second SIGTERM was due: the first "
            "one did not let it finish it",
            Cause.RESTS_ON,
        )
    require(
        stopped.request.is_success,
        f"the request in hand was not answered after a second SIGTERM at {stopped.second:.3f} s",
        done,
    )
    require(
        stopped.exit.code == 0,
        f"ended with exit code {stopped.exit.code} after a second SIGTERM at "
        f"{stopped.second:.3f} s",
        done,
    )


@clause(
    "lifecycle.grace-period-kept",
    Level.MUST,
    "With a request in hand that does not complete, the server MUST end by itself within the "
    "stop_grace_period of the compose file.",
    needs=(WaitsForExit, InspectsImage, LimitsCpu, InspectsProcesses),
)
def grace_fits(slow_boot: Slow) -> None:
    stopped = slow_boot.stopped
    if isinstance(stopped, NotJudged):
        raise stopped
    require_in_time(
        stopped.exit is not None,
        f"still running {stopped.grace_seconds:g} s after SIGTERM, when the engine kills it",
        (
            *evidence(stopped.signals(), stopped.log),
            *process_lines(stopped.left),
            *stopped.request.evidence(),
        ),
    )
    assert stopped.exit is not None
    require(
        stopped.exit.code == 0,
        f"ended with exit code {stopped.exit.code} after {stopped.exit.seconds:.1f} s",
        (
            *evidence(stopped.signals(), stopped.log),
            *stopped.exit.log.splitlines()[-LOG_LINES:],
        ),
    )
