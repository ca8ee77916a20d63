"""A client that does not read what is streamed to it.

Whoever writes to its connection waits: in the one thread that answers, or with a lock that others
need, it stops everybody.
"""

from boxproof.clauses.registry import clause
from boxproof.clauses.resources.capacity import Capacity
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core import cancellation
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.journal import Journal
from boxproof.probes.slow_reader import SlowReader
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work

#: What the service may need to finish the work of the slow client itself, beside which others wait
#: where it does one thing at a time: so many times as long as it took before, and so much longer.
SETTLING = 2.0
SETTLING_SECONDS = 3.0


@clause(
    "streaming.slow-reader",
    Level.MUST,
    "A client that reads the beginning of a stream and no more MUST NOT keep others from being "
    "served.",
    promised=lambda config: describes(config) and bool(config.work.heavy),
    effect=Effect.DISTURBS,
    follows=UNREADABLE,
)
def slow_reader(streamer: TextStreamer, work: Work, journal: Journal, config: Config) -> None:
    usual = streamer.stream(over=config.work.heavy)
    settling_seconds = round(SETTLING * usual.answer.seconds + SETTLING_SECONDS, 1)
    capacity = Capacity(work, config)
    slow = streamer.request(over=config.work.heavy)
    with SlowReader(slow, journal) as reader:
        cancellation.wait(config.limits.request_seconds, reader.began)
        if not reader.stopped_reading:
            raise NotJudged("no stream began that a client could stop reading", Cause.UNDECIDED)
        capacity.require_as_before(
            "a client stopped reading its stream", settling_seconds, [slow.curl()]
        )
        streamer.stream(over=config.work.light)
