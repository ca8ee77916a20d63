"""The text of a stream, the text of an answer, and the text that is kept (vllm 30099)."""

from typing import Any

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core.breaches import UnusableAnswer, require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve_in
from boxproof.probes.record_store import RecordStore
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work


def _greedy(config: Config) -> bool:
    """Whether the same text can be asked for twice."""
    work, made = config.work, config.generation
    told = made is not None and bool(made.greedy) and work.output is not None
    return describes(config) and told and not work.text_unique


def _keeps(config: Config) -> bool:
    """Whether the record of a stream can be read, and holds the text that was made."""
    kind = config.record
    keeps = kind is not None and kind.create is None and kind.read is not None
    return describes(config, "record_id") and keeps and config.work.output is not None


@clause(
    "streaming.same-text",
    Level.MUST,
    "A stream of the likeliest tokens MUST bring the text that an answer without a stream holds.",
    promised=_greedy,
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def same_text(streamer: TextStreamer, work: Work, config: Config) -> None:
    assert config.generation is not None
    assert config.work.output is not None
    greedy = config.generation.greedy
    answer = work.send(**greedy)
    if not config.work.is_success(answer.status):
        said = f"a valid request returned {answer.status}, not {config.work.expected}"
        raise UnusableAnswer(said, answer.evidence())
    whole = resolve_in(answer, config.work.output)
    stream = streamer.stream(**greedy)
    _require_same(stream.text, whole, work, config, (*answer.evidence(), *stream.answer.evidence()))


@clause(
    "streaming.record-whole",
    Level.MUST,
    "The record that a stream names MUST hold the text that the stream brought.",
    promised=_keeps,
    effect=Effect.WRITES,
    follows=UNREADABLE,
)
def record_whole(streamer: TextStreamer, records: RecordStore, work: Work, config: Config) -> None:
    assert config.work.output is not None
    assert streamer.fields.record_id is not None
    stream = streamer.stream()
    named = stream.values(streamer.fields.record_id)
    at = f"at {streamer.fields.record_id!r}"
    require(named, f"no event names the record {at}", stream.answer.evidence())
    read = records.read(named[-1][1])
    kept = resolve_in(read, config.work.output)
    _require_same(stream.text, kept, work, config, (*stream.answer.evidence(), *read.evidence()))


def _require_same(
    streamed: str, whole: Any, work: Work, config: Config, evidence: tuple[str, ...]
) -> None:
    """Break a clause unless a stream brought a text, or what follows the prompt in it."""
    made = config.generation
    prompt = (work.own_text or "") if made is not None and made.starts_with_prompt else ""
    if streamed == whole or prompt + streamed == whole:
        return
    require(isinstance(whole, str), f"{config.work.output} is {whole!r}, not text", evidence)
    diverging = first_divergence(streamed, str(whole).removeprefix(prompt))
    require(not diverging, f"the stream brought another text: {diverging}", evidence)
