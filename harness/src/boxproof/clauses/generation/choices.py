"""Several texts of one request.

Source: ``n`` in OpenAI's reference
(https://platform.openai.com/docs/api-reference/completions/create).
"""

from typing import Any

from boxproof.clauses.generation.promised_texts import describes
from boxproof.clauses.registry import clause
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve_in, resolve_part
from boxproof.probes.messages import Answer
from boxproof.probes.text_generator import TextGenerator

CHOICES = 3


@clause(
    "generation.choices-complete",
    Level.MUST,
    "A request for several texts MUST be answered with as many, each with a number of its own from "
    "0 on, or be refused with a 4xx answer.",
    promised=lambda config: describes(config, "choices", "choice_list", "choice_index"),
    effect=Effect.WRITES,
)
def choices_complete(generator: TextGenerator) -> None:
    fields = generator.fields
    answer = generator.ask(over=fields.sampled, choices=CHOICES)
    if 400 <= answer.status < 500:
        return
    generator.made(answer)
    assert fields.choice_list is not None
    listed = resolve_in(answer, fields.choice_list)
    count = len(listed) if isinstance(listed, list) else 0
    require(
        count == CHOICES,
        f"a request for {CHOICES} texts was answered with {count}",
        answer.evidence(),
    )
    numbers = [_part(answer, each, fields.choice_index) for each in listed]
    require(
        sorted(map(repr, numbers)) == [repr(each) for each in range(CHOICES)],
        f"{CHOICES} texts have the numbers {', '.join(map(repr, numbers))}",
        answer.evidence(),
    )
    if fields.choice_text is not None:
        texts = [_part(answer, each, fields.choice_text) for each in listed]
        other = [each for each in texts if not isinstance(each, str)]
        require(not other, f"a text of {CHOICES} is {other[:1]}", answer.evidence())


def _part(answer: Answer, choice: Any, pointer: str | None) -> Any:
    assert pointer is not None
    return resolve_part(answer, choice, pointer, "a text of several")
