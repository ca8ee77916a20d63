"""How many tokens a text has: no more than were asked for, and as many as the answer says.

Sources: what ``max_tokens`` and ``usage`` mean in OpenAI's reference
(https://platform.openai.com/docs/api-reference/completions/create); servers made one token too many
(mistral.rs 1539) and one too few (LM Studio 2335).
"""

from collections.abc import Iterator

from boxproof.clauses.generation.promised_texts import describes
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.text_generator import LIMIT_REFUSED, MadeText, TextGenerator


def _counted(config: Config) -> bool:
    """Whether the answer says how many tokens the limit counted."""
    if not describes(config, "limit", "completion_tokens"):
        return False
    assert config.generation is not None
    return not config.generation.limit_counts_prompt or describes(config, "prompt_tokens")


@clause(
    "generation.limit-honoured",
    Level.MUST,
    "A text MUST NOT have more tokens than the request's limit, and MUST have as many where the "
    "limit ended it.",
    promised=_counted,
    effect=Effect.WRITES,
)
def limit_honoured(generator: TextGenerator) -> None:
    fields = generator.fields
    made_with = tuple(_limited(generator))
    if not made_with:
        raise NotJudged("the service refuses every limit that is known", Cause.UNDECIDED)
    for limit, made in made_with:
        tokens = made.limited_tokens
        told = f"a text with a limit of {limit} tokens has {tokens}"
        require(tokens <= limit, told, made.answer.evidence())
        cut = fields.finish_reason is not None and made.says_cut
        told += f" and ended with {fields.cut[0]!r}" if cut else ""
        require(not cut or tokens == limit, told, made.answer.evidence())


def _light(generator: TextGenerator) -> MadeText:
    """The text of the light work, made of the same prompt as that of the work itself."""
    return generator.make(generator.work.own_text, over=generator.work.valid.light)


def _limited(generator: TextGenerator) -> Iterator[tuple[int, MadeText]]:
    """Texts by their limits: those of ``boxproof.toml``, and the lowest that the service takes."""
    fields = generator.fields
    least = 0
    if fields.limit_counts_prompt:
        least = _light(generator).prompt_tokens
    limits = {least + 1, least + 2}
    for known in (generator.light_limit, generator.usual_limit):
        if known is not None:
            limits |= {known, known + 1}
    for limit in sorted(each for each in limits if each > least):
        answer = generator.ask(limit=limit)
        if answer.status not in LIMIT_REFUSED:
            yield limit, generator.made(answer)


@clause(
    "generation.counts-add-up",
    Level.MUST,
    "The tokens of a prompt and those that were made MUST add up to the total, and a prompt MUST "
    "have as many whatever is made of it.",
    promised=lambda config: (
        describes(config, "prompt_tokens", "completion_tokens", "total_tokens")
        and not config.work.text_unique
    ),
    effect=Effect.WRITES,
)
def counts_add_up(generator: TextGenerator) -> None:
    light, usual = _light(generator), generator.make()
    for made in (light, usual):
        prompt, completion = made.prompt_tokens, made.completion_tokens
        require(
            prompt + completion == made.total_tokens,
            f"{prompt} tokens of the prompt and {completion} that were made are "
            f"{made.total_tokens} in total",
            made.answer.evidence(),
        )
    require(
        light.prompt_tokens == usual.prompt_tokens,
        f"the same prompt has {light.prompt_tokens} tokens and {usual.prompt_tokens}",
        (*light.answer.evidence(), *usual.answer.evidence()),
    )
