"""What a text says of its end.

Source: ``finish_reason`` in OpenAI's reference
(https://platform.openai.com/docs/api-reference/completions/object); servers say "stop" of texts
that their limit cut (LocalAI 3533).
"""

from boxproof.clauses.generation.promised_texts import greedy
from boxproof.clauses.generation.stop_candidates import stop_candidates
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.text_generator import TextGenerator


@clause(
    "generation.cut-says-so",
    Level.MUST,
    "A text that the limit cut MUST have the finish reason that says so.",
    promised=lambda config: greedy(config, "limit", "finish_reason"),
    effect=Effect.WRITES,
)
def cut_says_so(generator: TextGenerator) -> None:
    greedily = generator.fields.greedy
    # Where the light work has no limit of its own, both texts are the same.
    short = generator.make(over=greedily, limit=generator.light_limit)
    longer = generator.make(over=greedily)
    if len(longer.continuation) <= len(short.continuation):
        said = "the limit of the light work does not cut the text of the work"
        raise NotJudged(said, Cause.UNDECIDED)
    require(
        short.says_cut,
        f"a text that goes on with a higher limit ended with {short.finish_reason!r}, not "
        f"{generator.fields.cut[0]!r}",
        (*short.answer.evidence(), *longer.answer.evidence()),
    )


@clause(
    "generation.ended-says-so",
    Level.MUST,
    "A text that a stop sequence ended MUST have the finish reason that says so.",
    promised=lambda config: greedy(config, "stop", "finish_reason"),
    effect=Effect.WRITES,
    follows=("generation.stop-sequences",),
)
def ended_says_so(generator: TextGenerator) -> None:
    greedily = generator.fields.greedy
    whole = generator.make(over=greedily)
    # The shortest is the one that most servers find.
    stop = min(stop_candidates(whole.continuation), key=len, default="")
    if not stop:
        raise NotJudged("the text is too short to be stopped within", Cause.UNDECIDED)
    stopped = generator.make(over=greedily, stop=[stop])
    require(
        stopped.says_ended,
        f"a text that {stop!r} ended has the finish reason {stopped.finish_reason!r}, not "
        f"{generator.fields.ended[0]!r}",
        (*whole.answer.evidence(), *stopped.answer.evidence()),
    )
