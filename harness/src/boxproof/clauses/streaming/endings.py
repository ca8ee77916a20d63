"""What a stream says of its text when it is over: once, and after the text."""

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.text_streamer import TextStreamer


@clause(
    "streaming.finish-reason-once",
    Level.MUST,
    "A stream MUST say once why its text ended, with the last piece or after it.",
    promised=lambda config: describes(config, "finish_reason"),
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def finish_reason_once(streamer: TextStreamer) -> None:
    assert streamer.fields.finish_reason is not None
    _require_once_at_the_end(streamer, streamer.fields.finish_reason, "a finish reason")


@clause(
    "streaming.usage-once",
    Level.MUST,
    "A stream MUST tell the counts of its tokens once, with the last piece or after it.",
    promised=lambda config: describes(config, "usage"),
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def usage_once(streamer: TextStreamer) -> None:
    assert streamer.fields.usage is not None
    _require_once_at_the_end(streamer, streamer.fields.usage, "counts of tokens")


def _require_once_at_the_end(streamer: TextStreamer, pointer: str, what: str) -> None:
    stream = streamer.stream()
    evidence = stream.answer.evidence()
    told = stream.values(pointer)
    require(len(told) == 1, f"{len(told)} events hold {what} at {pointer!r}, not 1", evidence)
    (event, _), ends = told[0], [piece.end for piece, _ in stream.pieces]
    require(event.end >= max(ends, default=0), f"text follows the event with {what}", evidence)
