"""Events that a client can read.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation.
A client drops fields whose names it does not know, and an event that no empty line ends. The
grammar of what a server writes lets other names be: nobody reads them.
"""

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import describes
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.text_streamer import TextStreamer


@clause(
    "streaming.events-parse",
    Level.MUST,
    "A stream MUST be text/event-stream of whole events, of which a client throws no line away.",
    promised=describes,
    effect=Effect.WRITES,
)
def events_parse(streamer: TextStreamer) -> None:
    stream = streamer.stream()
    evidence = stream.answer.evidence()
    lost = stream.events.lost
    require(not lost, f"a client throws away {'; '.join(lost[:3])}", evidence)
    require(stream.pieces, f"no event holds text at {stream.fields.text!r}", evidence)


@clause(
    "streaming.whole-characters",
    Level.MUST,
    "Each event of a stream MUST hold whole characters of UTF-8.",
    promised=describes,
    effect=Effect.WRITES,
    follows=("streaming.events-parse",),
)
def whole_characters(streamer: TextStreamer) -> None:
    stream = streamer.stream()
    for event in stream.events.told:
        require(
            _is_utf8(event.raw),
            f"an event holds a part of a character: {event.raw[:80]!r}",
            stream.answer.evidence(),
        )
    for _, text in stream.pieces:
        require(
            not any("\ud800" <= each <= "\udfff" for each in text),
            f"an event holds one half of a surrogate pair: {text[:80]!a}",
            stream.answer.evidence(),
        )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
