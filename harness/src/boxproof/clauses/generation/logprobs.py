"""How likely each token was.

Source: ``logprobs`` in OpenAI's reference
(https://platform.openai.com/docs/api-reference/completions/object). A probability is at most 1, so
that its logarithm is at most 0; one of 0 has none, and JSON knows neither -Infinity nor NaN, of
which servers die (SGLang 5984).
"""

import math
from typing import Any

from boxproof.clauses.generation.promised_texts import describes
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve_in, resolve_part
from boxproof.probes.text_generator import TextGenerator

#: How far above 0 a sum of rounded numbers may come out, in 16 bits as well.
ROUNDING = 0.01


def _asked_for(config: Config) -> bool:
    """Whether ``boxproof.toml`` says how they are asked for, and where they stand."""
    if not describes(config, "logprob_list"):
        return False
    assert config.generation is not None
    return bool(config.generation.logprobs)


@clause(
    "generation.logprobs-valid",
    Level.MUST,
    "The logarithm of each token's probability MUST be a finite number that is not above 0.",
    promised=_asked_for,
    effect=Effect.WRITES,
)
def logprobs_valid(generator: TextGenerator) -> None:
    fields = generator.fields
    assert fields.logprob_list is not None
    answer = generator.make(over=fields.logprobs).answer
    listed = resolve_in(answer, fields.logprob_list)
    items = listed if isinstance(listed, list) else []
    values = [resolve_part(answer, each, fields.logprob or "", "a logarithm") for each in items]
    # Null is said of a first token, before which there is none.
    known = [each for each in values if each is not None]
    require(known, f"the answer has no logarithms at {fields.logprob_list!r}", answer.evidence())
    wrong = [each for each in known if not _is_logprob(each)]
    require(
        not wrong,
        f"{len(wrong)} of {len(known)} logarithms of probabilities are none, such as {wrong[:1]}",
        answer.evidence(),
    )


def _is_logprob(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and value <= ROUNDING
