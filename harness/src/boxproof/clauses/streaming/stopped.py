"""Streams that are open, or asked for, when the service is told to end.

A client that was told of no error takes for whole what came to an end: a chunked answer that ends
as it should (RFC 9112, 7.1), with or without the promised last event. One that ends in the middle
of its transfer is an error to every client.
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
    "that is not promised, end with an error: it MUST NOT look complete when it is not.",
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
        told = stream is None or _tells_error(stream)
        require(
            not (told and streamer.fields.completed_on_stop),
            "a stream in hand at SIGTERM did not come to its end",
            evidence,
        )
        if stream is None or told:
            continue
        missing = _missing(stream)
        require(
            not missing,
            f"a stream in hand at SIGTERM ended {missing}, and without an error",
            evidence,
        )
        _require_whole(stream, streamer, config, evidence)


def _stream(exchange: Exchange, streamer: TextStreamer) -> StreamedText | None:
    """The stream; None where the client was told of an error by the status or by the transfer."""
    if exchange.received is None or not exchange.is_success:
        return None
    return streamer.streamed(exchange.answer())


def _tells_error(stream: StreamedText) -> bool:
    """Whether an event is an error, by its type or by a field of that name."""
    if any(each.kind == "error" for each in stream.events.told):
        return True
    return any(isinstance(each, dict) and each.get("error") for _, each in stream.documents)


def _missing(stream: StreamedText) -> str:
    """What a whole stream would have; empty where nothing is missing."""
    fields = stream.fields
    if fields.terminator and not any(map(stream.is_terminator, stream.events.told)):
        return f"without {fields.terminator!r}"
    if fields.finish_reason and not stream.values(fields.finish_reason):
        return "without a finish reason"
    return ""


def _require_whole(
    stream: StreamedText, streamer: TextStreamer, config: Config, evidence: tuple[str, ...]
) -> None:
    """Break the clause where the text was cut, which can be told of the likeliest tokens alone."""
    if config.generation is None or not config.generation.greedy or config.work.text_unique:
        return
    whole = streamer.stream(over=heavy_greedy(config))
    text, expected = stream.text.rstrip(INCOMPLETE), whole.text.rstrip(INCOMPLETE)
    cut = len(text) < len(expected) and expected.startswith(text)
    require(
        not cut,
        "a stream in hand at SIGTERM looks complete, and its text is cut: "
        f"{first_divergence(text, expected)}",
        (*evidence, *whole.answer.evidence()),
    )
