"""The text of a stream, the text of an answer, and the text that is kept (vllm 30099)."""

from boxproof.clauses.generation.promised_texts import greedy, repeatable
from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve_in
from boxproof.probes.record_store import RecordStore
from boxproof.probes.text_generator import INCOMPLETE, TextGenerator
from boxproof.probes.text_streamer import StreamedText, TextStreamer

SEEDS = (1, 2)


def _greedy(config: Config) -> bool:
    """Whether the same text can be asked for twice."""
    return describes(config) and greedy(config) and config.work.output is not None


def _kept_text(config: Config) -> str | None:
    """Where the text that was made stands in the answer to a read; None where it does not."""
    kind, output = config.record, config.work.output
    if kind is None or kind.create is not None or kind.read is None or output is None:
        return None
    above = f"{kind.record}/"
    return f"{kind.read_record}/{output.removeprefix(above)}" if output.startswith(above) else None


@clause(
    "streaming.same-text",
    Level.MUST,
    "A stream of the likeliest tokens MUST bring the text that an answer without a stream holds.",
    promised=_greedy,
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def same_text(streamer: TextStreamer, generator: TextGenerator, config: Config) -> None:
    greedily = generator.fields.greedy
    made = generator.make(over=greedily)
    stream = streamer.stream(over=greedily)
    evidence = (*made.answer.evidence(), *stream.answer.evidence())
    _require_same(stream, made.text, _prompt(streamer, config), evidence)


@clause(
    "streaming.same-text-of-seed",
    Level.MUST,
    "A stream of a seed MUST bring the text that an answer of that seed holds without a stream.",
    promised=lambda config: (
        describes(config) and repeatable(config, "seed") and config.work.output is not None
    ),
    effect=Effect.WRITES,
    # Where a seed decides nothing, or a stream is another text anyway, it follows from that.
    follows=(*UNREADABLE, "streaming.same-text", "generation.seed-repeats"),
)
def same_text_of_seed(streamer: TextStreamer, generator: TextGenerator, config: Config) -> None:
    for seed in SEEDS:
        drawn = generator.drawn(seed)
        made = generator.make(over=drawn)
        stream = streamer.stream(over=drawn)
        evidence = (*made.answer.evidence(), *stream.answer.evidence())
        _require_same(stream, made.text, _prompt(streamer, config), evidence)


@clause(
    "streaming.record-whole",
    Level.MUST,
    "The record that a stream names MUST hold the text that the stream brought.",
    promised=lambda config: describes(config, "record_id") and _kept_text(config) is not None,
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def record_whole(streamer: TextStreamer, records: RecordStore, config: Config) -> None:
    where = _kept_text(config)
    assert where is not None
    assert streamer.fields.record_id is not None
    stream = streamer.stream()
    named = stream.values(streamer.fields.record_id)
    at = f"at {streamer.fields.record_id!r}"
    require(named, f"no event names the record {at}", stream.answer.evidence())
    read = records.read(named[-1][1])
    kept, evidence = resolve_in(read, where), (*stream.answer.evidence(), *read.evidence())
    require(isinstance(kept, str), f"{where} is {kept!r}, not text", evidence)
    _require_same(stream, kept, _prompt(streamer, config), evidence)


def _prompt(streamer: TextStreamer, config: Config) -> str:
    """What a whole text starts with, and a stream may leave out."""
    made = config.generation
    return (streamer.work.own_text or "") if made is not None and made.starts_with_prompt else ""


def _require_same(stream: StreamedText, whole: str, prompt: str, evidence: tuple[str, ...]) -> None:
    """Break a clause unless a stream brought a text, or what follows the prompt in it.

    Half a character, where a limit cut the text, is for no event, and an answer shows it as U+FFFD.
    """
    streamed, whole = stream.text.rstrip(INCOMPLETE), whole.rstrip(INCOMPLETE)
    if streamed == whole:
        return
    diverging = first_divergence(streamed, whole.removeprefix(prompt))
    require(not diverging, f"the stream brought another text: {diverging}", evidence)
