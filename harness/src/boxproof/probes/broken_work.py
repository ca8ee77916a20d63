"""Whether work is broken for good, or only for a moment."""

from boxproof.core import cancellation
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.probes.work import Work

#: How often it is tried, and what lies between two tries at least.
TRIES = 10
TRY_SECONDS = 1.0
#: From here on the service says that it failed (RFC 9110, section 15.6).
SERVER_ERROR = 500


def failure_of(work: Work, pause_seconds: float) -> str:
    """What a valid request returns again and again, such as ``POST /say returned 503``.

    Empty where it returned something else than a server error once, had no answer, or may not be
    sent.
    """
    status = 0
    for number in range(TRIES):
        if number:
            cancellation.wait(pause_seconds)
        try:
            status = work.send().status
        except (NoAnswer, NotJudged):
            return ""
        if status < SERVER_ERROR:
            return ""
    return f"{work.valid.method} {work.valid.path} returned {status}"
