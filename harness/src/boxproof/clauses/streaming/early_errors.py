"""What is wrong with a request is known before its text begins."""

from collections.abc import Iterator, Mapping
from typing import Any

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.clauses.streaming.promised_streams import describes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.json_pointers import with_value
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
    for what, text, over in _wrong_requests(work, config):
        plain = work.send(text, **over)
        if not 400 <= plain.status < 500:
            continue
        refused = True
        answer, _ = streamer.ask(text, over=over)
        require(
            answer.status == plain.status,
            f"{what} returned {plain.status}, and {answer.status} where a stream was asked for",
            (*plain.evidence(), *answer.evidence()),
        )
        shapes.require_documented(answer, "the refusal of a stream")
    if not refused:
        raise NotJudged("no request is known that the service refuses", Cause.UNDECIDED)


def _wrong_requests(
    work: Work, config: Config
) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    """What a service may well refuse: what it is, its text, and fields over those of the body."""
    valid = config.work
    for word in config.forbidden.words[:1] if config.forbidden is not None else ():
        yield repr(word), word, {}
    if not valid.takes_empty_text and valid.text_place != "parameters":
        yield "an empty text", "", {}
    if valid.body_encoding == "json" and valid.text_place == "body" and not valid.text_unique:
        assert valid.text is not None
        yield "a number in the text's place", None, with_value(work.fields(), valid.text, 7)
