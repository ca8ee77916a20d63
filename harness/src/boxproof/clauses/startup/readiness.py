"""When the service says that it is ready, and that it is so."""

import json

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve
from boxproof.probes.messages import EXCERPT_CHARACTERS, Answer
from boxproof.probes.start_watch import Attempt, Startup
from boxproof.targets.abilities import Restarts

#: What a service that is not ready may answer; most of them answer nothing yet.
NOT_READY = (None, 503)


@clause(
    "startup.ready-in-time",
    Level.MUST,
    "The service MUST be ready within its time limit.",
    needs=(Restarts,),
)
def ready_in_time(startup: Startup, config: Config) -> None:
    limit_seconds = config.limits.boot_seconds
    require_in_time(
        startup.seconds <= limit_seconds,
        f"ready after {startup.seconds:.1f} s, later than {limit_seconds:g} s",
    )


@clause(
    "startup.ready-means-ready",
    Level.MUST,
    "Until its model is loaded the service MUST leave its health path unanswered or answer 503, "
    "and once it says that it is ready it works.",
    needs=(Restarts,),
    effect=Effect.WRITES,
)
def ready_means_ready(startup: Startup, first_answer: Answer, config: Config) -> None:
    lines = [attempt_line(each, startup) for each in startup.attempts]
    for each in startup.attempts[:-1]:
        require(
            each.status in NOT_READY,
            f"the health path returned {each.status} before the service was ready",
            lines,
        )
    if startup.attempts and config.health.model_loaded is not None:
        loaded = _loaded(startup.attempts[-1], config.health.model_loaded)
        require(
            loaded is not False,
            "the service said that it was ready while its model was not loaded",
            lines,
        )
    require(
        config.work.is_success(first_answer.status),
        "the service said that it was ready, but the first valid request returned "
        f"{first_answer.status}",
        (*lines[-1:], *first_answer.evidence()),
    )


def _loaded(attempt: Attempt, pointer: str) -> object:
    """What the answer said of the model; None where it says nothing of it."""
    try:
        return resolve(pointer, json.loads(attempt.body))
    except (ValueError, KeyError):
        return None


def attempt_line(attempt: Attempt, startup: Startup) -> str:
    """One look, for a person: when after the order, and what came."""
    said = (
        "no answer"
        if attempt.status is None
        else f"{attempt.status} {attempt.body[:EXCERPT_CHARACTERS]}"
    )
    return f"{attempt.t - startup.ordered:.2f} s: {said}".rstrip()
