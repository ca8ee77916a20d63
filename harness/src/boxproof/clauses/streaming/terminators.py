"""How a stream says that it is over."""

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.text_streamer import TextStreamer


@clause(
    "streaming.terminator",
    Level.MUST,
    "A stream MUST end with the promised last event, and hold it once.",
    promised=lambda config: describes(config, "terminator"),
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def terminator(streamer: TextStreamer) -> None:
    stream = streamer.stream()
    evidence = stream.answer.evidence()
    told, wanted = stream.events.told, stream.fields.terminator
    number = sum(map(stream.is_terminator, told))
    require(number == 1, f"the stream holds {number} events {wanted!r}, not 1", evidence)
    after = told[-1].data
    require(stream.is_terminator(told[-1]), f"{after[:80]!r} follows {wanted!r}", evidence)
