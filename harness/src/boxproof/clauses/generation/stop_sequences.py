"""Texts that end a text.

Source: ``stop`` in OpenAI's reference: "The returned text will not contain the stop sequence"
(https://platform.openai.com/docs/api-reference/completions/create); servers miss those that
straddle tokens (text-generation-inference 1724).
"""

from boxproof.clauses.generation.promised_texts import greedy
from boxproof.clauses.generation.stop_candidates import stop_candidates
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.text_generator import MadeText, TextGenerator


@clause(
    "generation.stop-sequences",
    Level.MUST,
    "A stop sequence MUST end the text where it first comes, wherever its tokens begin, and MUST "
    "NOT stand in it.",
    promised=lambda config: greedy(config, "stop"),
    effect=Effect.WRITES,
)
def stop_sequences(generator: TextGenerator) -> None:
    whole = generator.make(over=generator.fields.greedy)
    parts = list(stop_candidates(whole.continuation))
    if not parts:
        raise NotJudged("the text is too short to be stopped within", Cause.UNDECIDED)
    for part in parts:
        _require_ended(generator, whole, [part])
    text = whole.continuation
    in_order = sorted(parts, key=lambda part: (text.index(part), len(part)))
    first, last = in_order[0], in_order[-1]
    # Where one begins within the other, either may be whole first.
    if text.index(first) + len(first) <= text.index(last):
        # The first of them in the text is that which counts, not the first in the request.
        _require_ended(generator, whole, [last, first])


def _require_ended(generator: TextGenerator, whole: MadeText, stop: list[str]) -> None:
    """Break the clause unless the text, made again, ends before the first of these parts of it."""
    stopped = generator.make(over=generator.fields.greedy, stop=stop)
    evidence = (*whole.answer.evidence(), *stopped.answer.evidence())
    text = whole.continuation
    expected = text[: min(map(text.index, stop))]
    named = " or ".join(map(repr, stop))
    held = next((each for each in stop if each in stopped.continuation), "")
    require(not held, f"a text to be ended by {named} holds {held!r}", evidence)
    # Some servers cut the white space at the end.
    diverging = first_divergence(expected.rstrip(), stopped.continuation.rstrip())
    require(
        not diverging,
        f"a text ended by {named} is not that before its first occurrence: {diverging}",
        evidence,
    )
