"""Streams that are open, or asked for, when the service is told to end.

A client sees that a stream was cut where its transfer ends in the middle (RFC 9112, 7.1), where it
is told of an error, or where the promised end does not come. It takes for whole what has its
promised end, whatever is missing before it.
"""

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.exchange import Exchange
from boxproof.probes.text_generator import INCOMPLETE
from boxproof.probes.text_streamer import StreamedText, TextStreamer
from boxproof.scenarios.restart_in_flight import Ended, heavy_greedy
from boxproof.targets.abilities import Restarts


@clause(
    "streaming.stopped-as-promised",
    Level.MUST,
    "A stream that the server has in hand when SIGTERM arrives MUST come to its end, or, where "
    "that is not promised, be cut so that its client sees it: it MUST NOT look complete when it is "
    "not.",
    needs=(Restarts,),
    promised=lambda config: describes(config, "terminator") or describes(config, "finish_reason"),
    effect=Effect.DISTURBS,
    follows=(*UNREADABLE, "streaming.terminator", "streaming.finish-reason-once"),
)
def stopped_as_promised(restarted: Ended, streamer: TextStreamer, config: Config) -> None:
    if isinstance(restarted.in_flight, NotJudged):
        raise restarted.in_flight
    if not restarted.streams:
        raise NotJudged("no stream was in hand at SIGTERM", Cause.UNDECIDED)
    for each in restarted.streams:
        evidence = (*restarted.evidence(), *each.evidence())
        stream = _stream(each, streamer)
        cut = stream is None or _tells_error(stream, config) or _lacks_end(stream)
        require(
            not (cut and streamer.fields.completed_on_stop),
            "a stream in hand at SIGTERM did not come to its end",
            evidence,
        )
        if stream is None or cut:
            continue
        reason = streamer.fields.finish_reason
        require(
            reason is None or stream.values(reason),
            "a stream in hand at SIGTERM ended without a finish reason, and without an error",
            evidence,
        )
        _require_whole(stream, streamer, config, evidence)


def _stream(exchange: Exchange, streamer: TextStreamer) -> StreamedText | None:
    """The stream; None where the client was told of an error by the status or by the transfer."""
    if exchange.received is None or not exchange.is_success:
        return None
    return streamer.streamed(exchange.answer())


def _tells_error(stream: StreamedText, config: Config) -> bool:
    """Whether an event is an error, by its type or by a field of that name, or gives a reason of
    its own why the text ended.
    """
    if any(each.kind == "error" for each in stream.events.told):
        return True
    if any(isinstance(each, dict) and each.get("error") for _, each in stream.documents):
        return True
    reason, made = stream.fields.finish_reason, config.generation
    if reason is None or made is None:
        return False
    return any(each not in (*made.cut, *made.ended) for _, each in stream.values(reason))


def _lacks_end(stream: StreamedText) -> bool:
    """Whether what every whole stream ends with is missing."""
    fields = stream.fields
    if fields.terminator:
        return not any(map(stream.is_terminator, stream.events.told))
    assert fields.finish_reason is not None
    return not stream.values(fields.finish_reason)


def _require_whole(
    stream: StreamedText, streamer: TextStreamer, config: Config, evidence: tuple[str, ...]
) -> None:
    """Break the clause where the text was cut, which can be told of the likeliest tokens alone."""
    if config.generation is None or not config.generation.greedy or config.work.text_unique:
        return
    whole = streamer.stream(over=heavy_greedy(streamer.work, config))
    text, expected = stream.text.rstrip(INCOMPLETE), whole.text.rstrip(INCOMPLETE)
    cut = len(text) < len(expected) and expected.startswith(text)
    require(
        not cut,
        "a stream in hand at SIGTERM looks complete, and its text is cut: "
        f"{first_divergence(text, expected)}",
        (*evidence, *whole.answer.evidence()),
    )
