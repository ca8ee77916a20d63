"""Requests that a server has in hand for sure, until somebody lets them go on.

Their heads are sent and their bodies kept back. That the server has one in hand is known in one of
two ways, and in no other:

- it answered ``100 Continue``, which only the one who reads the body sends (RFC 9110, 10.1.1);
- later connections to the same address were answered in full. A listening socket hands connections
  over in the order in which they came (listen(2)), so that the earlier one has been taken off its
  queue as well, and waits for its body.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from boxproof.core import cancellation
from boxproof.core.breaches import TIMED_OUT, NotJudged
from boxproof.core.verdicts import Cause
from boxproof.journal import Journal
from boxproof.journal.entries import Noted
from boxproof.probes.exchange import send
from boxproof.probes.messages import Request
from boxproof.probes.withheld_body import WithheldBody

#: Later connections that are answered while the bodies are kept back, one after another.
LATER = 8
#: How long the bodies are kept back after the signal, at most, while the server still takes
#: connections: never more than this share of what it may take to stop, which they are part of.
NOTICED_SECONDS = 2.0
NOTICED_SHARE = 0.25
#: Between two looks at that.
LOOK_SECONDS = 0.05
#: What one such look may take.
LOOK_LIMIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class InHand:
    """Requests in hand, and how that is known.

    Attributes:
        later: how many later connections were answered; 0 where the server said so by itself.
    """

    requests: tuple[WithheldBody, ...]
    later: int

    def __str__(self) -> str:
        how = f"{self.later} later connections were answered" if self.later else "100 Continue"
        return f"{len(self.requests)} requests in hand ({how})"


@contextmanager
def in_hand(requests: tuple[Request, ...], health: Request, journal: Journal) -> Iterator[InHand]:
    """Keep requests in the server's hands for the length of a block.

    Raises:
        NotJudged: it cannot be shown that the server has them.
    """
    with ExitStack() as stack:
        # Side by side: each may wait for an answer that never comes.
        with ThreadPoolExecutor(len(requests)) as pool:
            withheld = tuple(pool.map(lambda each: WithheldBody(each, journal), requests))
        for each in withheld:
            stack.enter_context(each)
        later = 0
        if not all(each.accepted for each in withheld):
            later = _later_answers(health, journal)
            if later < LATER or not all(each.unanswered for each in withheld):
                why = "answers before it has the body" if later == LATER else "then serves nobody"
                raise NotJudged(
                    f"no request can be kept in hand: the server sends no '100 Continue' and {why}",
                    Cause.UNDECIDED,
                )
        kept = InHand(withheld, later)
        journal.write(Noted(what=str(kept)))
        yield kept


def _later_answers(health: Request, journal: Journal) -> int:
    for answered in range(LATER):
        if send(health, journal).status is None:
            return answered
    return LATER


def wait_until_noticed(
    health: Request, journal: Journal, ended: Callable[[], bool], allowed_seconds: float
) -> None:
    """Wait until a server that was told to stop refuses connections, or has ended.

    One that answers all the same, as some do until their requests are done, or whose kernel takes
    connections that nobody serves, is not waited for beyond ``NOTICED_SECONDS``: by then the signal
    has reached it. ``allowed_seconds`` is what it may take to stop.
    """
    limits = replace(health.endpoint.limits, seconds=LOOK_LIMIT_SECONDS)
    look = replace(health, endpoint=replace(health.endpoint, limits=limits))
    deadline = journal.now() + min(NOTICED_SECONDS, NOTICED_SHARE * allowed_seconds)
    while journal.now() < deadline and not ended():
        said = send(look, journal)
        if said.status is None and not said.error.startswith(TIMED_OUT):
            return
        cancellation.wait(LOOK_SECONDS)
