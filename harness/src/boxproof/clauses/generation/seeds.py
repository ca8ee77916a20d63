"""Texts that are drawn, from a seed.

Source: ``seed`` in OpenAI's reference: repeated requests with the same seed and parameters return
the same result (https://platform.openai.com/docs/api-reference/completions/create); servers take a
seed and draw without it (llama.cpp 7381).
"""

from boxproof.clauses.generation.promised_texts import repeatable
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.text_generator import MadeText, TextGenerator

SEEDS = range(1, 6)


def _draws(config: Config) -> bool:
    """Whether ``boxproof.toml`` says how a text is drawn, rather than the likeliest one taken."""
    return (
        repeatable(config, "seed")
        and config.generation is not None
        and bool(config.generation.sampled)
    )


@clause(
    "generation.seed-repeats",
    Level.MUST,
    "The same request with the same seed MUST make the same text.",
    promised=lambda config: repeatable(config, "seed"),
    effect=Effect.WRITES,
)
def seed_repeats(generator: TextGenerator) -> None:
    for seed in SEEDS[:2]:
        first, again = (generator.make(over=generator.fields.sampled, seed=seed) for _ in range(2))
        diverging = first_divergence(first.continuation, again.continuation)
        require(
            not diverging,
            f"the same request with the seed {seed} made two texts: {diverging}",
            (*first.answer.evidence(), *again.answer.evidence()),
        )


@clause(
    "generation.seeds-vary",
    Level.SHOULD,
    "Other seeds SHOULD make other texts.",
    promised=_draws,
    effect=Effect.WRITES,
)
def seeds_vary(generator: TextGenerator) -> None:
    made = _of_each_seed(generator)
    if not _vary(made) and generator.work.valid.text is not None:
        # A model may be sure of how the work's own text goes on; of a text that is new to it, not.
        made = _of_each_seed(generator, generator.work.texts.fresh())
    require(
        _vary(made),
        f"the seeds {SEEDS[0]} to {SEEDS[-1]} all made the same text",
        [line for each in made[:2] for line in each.answer.evidence()],
    )


def _of_each_seed(generator: TextGenerator, text: str | None = None) -> list[MadeText]:
    return [generator.make(text, over=generator.fields.sampled, seed=seed) for seed in SEEDS]


def _vary(made: list[MadeText]) -> bool:
    return len({each.continuation for each in made}) > 1
