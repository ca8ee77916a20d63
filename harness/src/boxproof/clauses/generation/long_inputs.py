"""Inputs that grow until the service refuses them.

Servers cut what their context cannot hold, from its head on, and say nothing of it (ollama 4967),
or end with it.
"""

from boxproof.clauses.generation.promised_texts import describes
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.text_generator import MadeText, TextGenerator

WORDS = "lighthouse and harbour and "
#: The lengths of the two texts that show how many tokens a character has.
SHORT_CHARACTERS = (108, 216)
MOST_CHARACTERS = 200_000
#: What a text must have at least of the tokens that the short ones let expect.
SHARE = 0.6
TOO_MANY_REQUESTS = 429
#: Answers of a service that does not get to it, or not in time; of that other clauses speak.
BUSY = (TOO_MANY_REQUESTS, 503, 504)


def _seen(config: Config) -> bool:
    """Whether an answer shows how much of the user's text was read."""
    if not describes(config) or config.work.text is None or config.work.text_pattern:
        return False
    assert config.generation is not None
    return config.generation.starts_with_prompt or describes(config, "prompt_tokens")


@clause(
    "generation.long-input-whole",
    Level.MUST,
    "An input of any length MUST be refused with a 4xx answer or served whole, never cut silently, "
    "and the next request MUST be served.",
    promised=_seen,
    effect=Effect.WRITES,
)
def long_input_whole(generator: TextGenerator, config: Config) -> None:
    served: list[MadeText] = []
    over, characters = config.work.light, SHORT_CHARACTERS[0]
    while characters <= MOST_CHARACTERS:
        text = (WORDS * (characters // len(WORDS) + 1))[: characters - 1] + "."
        try:
            answer = generator.ask(text, over=over)
        except NoAnswer as error:
            if not error.timed_out:
                raise
            # So much text takes longer than a request may, and may still be in hand.
            return
        if answer.status in BUSY:
            if not served:
                raise NotJudged("the service is too busy for any text", Cause.UNDECIDED, late=True)
            return
        if 400 <= answer.status < 500:
            if served or over == config.work.heavy or not generator.fields.limit_counts_prompt:
                break
            # The limit of light work may be for shorter prompts.
            over = config.work.heavy
            continue
        made = generator.made(answer, text)
        _require_whole(made, served)
        served.append(made)
        characters *= 2
    after = generator.ask(over=config.work.light)
    require(
        config.work.is_success(after.status) or after.status == TOO_MANY_REQUESTS,
        f"after a long input a valid request returned {after.status}",
        after.evidence(),
    )


def _require_whole(made: MadeText, shorter: list[MadeText]) -> None:
    """Break the clause where only a part of the input was read."""
    length, evidence = len(made.prompt), made.answer.evidence()
    if made.fields.starts_with_prompt:
        told = f"the text of an input of {length} characters does not start with it"
        require(made.text.startswith(made.prompt), told, evidence)
    if made.fields.prompt_tokens is None or len(shorter) < len(SHORT_CHARACTERS):
        return
    # By what the input grew: templates add tokens of their own to each.
    one, other = shorter[: len(SHORT_CHARACTERS)]
    grown = other.prompt_tokens - one.prompt_tokens
    by = len(other.prompt) - len(one.prompt)
    expected = other.prompt_tokens + grown * (length - len(other.prompt)) / by
    require(
        made.prompt_tokens >= SHARE * expected,
        f"an input of {length} characters was served with {made.prompt_tokens} tokens, where "
        f"shorter ones let expect {expected:.0f}: it was cut",
        (*other.answer.evidence(), *evidence),
    )
