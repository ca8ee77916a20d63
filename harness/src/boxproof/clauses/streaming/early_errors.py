"""What is wrong with a request is known before its text begins."""

from collections.abc import Iterator

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.clauses.streaming.promised_streams import describes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work


@clause(
    "streaming.refused-before-stream",
    Level.MUST,
    "A request that is refused without a stream MUST be refused with the same status, and with an "
    "answer of the documented shape, where it asks for one.",
    promised=lambda config: describes(config) and config.work.text is not None,
    effect=Effect.WRITES,
)
def refused_before_stream(
    streamer: TextStreamer, work: Work, shapes: Shapes, config: Config
) -> None:
    refused = False
    for text in _wrong_texts(config):
        plain = work.send(text)
        if not 400 <= plain.status < 500:
            continue
        refused = True
        answer, _ = streamer.ask(text)
        require(
            answer.status == plain.status,
            f"{text!r} returned {plain.status}, and {answer.status} where a stream was asked for",
            (*plain.evidence(), *answer.evidence()),
        )
        shapes.require_documented(answer, "the refusal of a stream")
    if not refused:
        raise NotJudged("no request is known that the service refuses", Cause.UNDECIDED)


def _wrong_texts(config: Config) -> Iterator[str]:
    """Texts that a service may well refuse."""
    if config.forbidden is not None:
        yield from config.forbidden.words[:1]
    if not config.work.takes_empty_text and config.work.text_place != "parameters":
        yield ""
