"""Text that comes while it is made.

A middleware that compresses or buffers sends all of it at once, in the end (starlette 2753). Not
the number of reads tells that: a machine that is busy may hand a whole stream over in one, and a
lump may come in many.
"""

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.text_streamer import StreamedText, TextStreamer

#: A shorter text takes no time that could be seen: one that a model ended at once, say.
LEAST_CHARACTERS = 64
#: How often a stream may look like a lump by chance.
TRIES = 3
#: What part of a request's time lies between the first piece of text and the last, at the least.
SPREAD = 0.1


@clause(
    "streaming.increments",
    Level.MUST,
    "The text of long work MUST come in pieces while it is made, compressed or not.",
    promised=lambda config: describes(config) and bool(config.work.heavy),
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def increments(streamer: TextStreamer, config: Config) -> None:
    for gzip in (False, True):
        asked = " asked for with Accept-Encoding: gzip" if gzip else ""
        spreads = []
        for _ in range(TRIES):
            stream = streamer.stream(over=config.work.heavy, gzip=gzip)
            number = len(stream.pieces)
            evidence = stream.answer.evidence()
            if len(stream.text) < LEAST_CHARACTERS:
                raise NotJudged(f"heavy work made {len(stream.text)} characters", Cause.UNDECIDED)
            require(number > 1, f"{number} event brought all text of a stream{asked}", evidence)
            spreads.append(_spread(stream))
            if spreads[-1] >= SPREAD:
                break
        require_in_time(
            spreads[-1] >= SPREAD,
            f"all text of a stream{asked} came at once, in {TRIES} of {TRIES} tries in the last "
            f"{max(spreads):.0%} of the request's time or less",
            evidence,
        )


def _spread(stream: StreamedText) -> float:
    """The part of a request's time between its first piece of text and its last."""
    (first, _), (last, _) = stream.pieces[0], stream.pieces[-1]
    begun, ended = stream.came(first), stream.came(last)
    return (ended - begun) / ended
