"""More work at once than the service has places for.

What it cannot do it refuses: 429 (RFC 6585, 4) or 503 (RFC 9110, 15.6.4) with Retry-After (RFC
9110, 10.2.3), so that a client knows when to come again; an error of its own tells nobody that
(vllm 18826).
"""

from collections.abc import Iterable
from functools import partial
from itertools import pairwise

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged, require, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.polling import until
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.messages import Answer
from boxproof.probes.work import Work
from boxproof.scenarios.asked_at_once import Said, at_once

REFUSED = (429, 503)
#: A limit of the service's own ended it: whether it was too slow is judged alone.
TIMED_OUT_THERE = 504
SHOWN = 3
#: A service whose own limit is that of a request says so a little after it.
GRACE_SECONDS = 3.0
#: So many times the longest pause between two answers is no pause any more.
PACES = 3


@clause(
    "resources.overload-refused",
    Level.MUST,
    "Beyond its capacity the service MUST do heavy work or refuse it with 429 or 503 and "
    "Retry-After, and afterwards it MUST serve as before.",
    promised=lambda config: (
        bool(config.work.heavy) and config.resources.overload_requests is not None
    ),
    effect=Effect.DISTURBS,
)
def overload_refused(work: Work, config: Config) -> None:
    number = config.resources.overload_requests
    assert number is not None
    limit_seconds = config.limits.request_seconds + GRACE_SECONDS
    heavy = [work.request(config.work.heavy) for _ in range(number)]
    every = at_once(
        [partial(work.client.send, each, timeout_seconds=limit_seconds) for each in heavy]
    )
    wrong = [each for each in every if _fault(each, config)]
    late = [each for each in wrong if _is_late(each)]
    others = [each for each in wrong if not _is_late(each)]
    if late and not others and not _has_stopped(every, limit_seconds):
        told = f"{len(late)} of {number} heavy requests at once took longer than a request may"
        raise NotJudged(f"{told}, while others were still answered", Cause.UNDECIDED)
    for found, judge in ((others, require), (late, require_in_time)):
        told = f"of {number} heavy requests at once {_faults(found, config)}"
        judge(not found, told, [line for each in found[:SHOWN] for line in _evidence(each)])
    answers: list[Said] = []

    def serves() -> bool:
        answers[:] = at_once([lambda: work.send(**config.work.light)])
        return isinstance(answers[0], Answer) and config.work.is_success(answers[0].status)

    require_in_time(
        until(serves, config.limits.request_seconds),
        f"{config.limits.request_seconds:g} s after {number} heavy requests at once a light one "
        f"{_faults(answers, config)}",
        [line for each in answers for line in _evidence(each)],
    )


def _fault(said: Said, config: Config) -> str:
    """What is wrong with what became of a request; empty where nothing is."""
    if isinstance(said, Answer) and said.status in REFUSED and "Retry-After" not in said.headers:
        return f"{_became(said)} without Retry-After"
    expected = isinstance(said, Answer) and (
        said.status in REFUSED or config.work.is_success(said.status)
    )
    return "" if expected else _became(said)


def _became(said: Said) -> str:
    return f"returned {said.status}" if isinstance(said, Answer) else "got no answer"


def _faults(found: Iterable[Said], config: Config) -> str:
    told = [_fault(each, config) or _became(each) for each in found]
    return ", ".join(f"{told.count(each)} {each}" for each in dict.fromkeys(told))


def _is_late(said: Said) -> bool:
    return said.timed_out if isinstance(said, NoAnswer) else said.status == TIMED_OUT_THERE


def _has_stopped(every: Iterable[Said], limit_seconds: float) -> bool:
    """Whether the last answers came long before the limit: not the machine was slow then.

    A service on a slow machine goes on answering at its pace until the limit.
    """
    ended = sorted(
        each.seconds for each in every if isinstance(each, Answer) and not _is_late(each)
    )
    gaps = [later - earlier for earlier, later in pairwise([0.0, *ended])]
    return not ended or limit_seconds - ended[-1] > PACES * max(gaps)


def _evidence(said: Said) -> Iterable[str]:
    return (said.summary, *said.evidence) if isinstance(said, NoAnswer) else said.evidence()
