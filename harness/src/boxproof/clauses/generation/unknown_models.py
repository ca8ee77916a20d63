"""The name of a model that nobody serves.

Source: OpenAI's API answers 404 with the code ``model_not_found``
(https://platform.openai.com/docs/guides/error-codes).
"""

from boxproof.clauses.generation.promised_texts import describes
from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.text_generator import TextGenerator

UNKNOWN = "boxproof-no-such-model"


@clause(
    "generation.unknown-model",
    Level.MUST,
    "A request for a model that the service does not have MUST be answered 404, in the documented "
    "shape.",
    promised=lambda config: describes(config, "model"),
    effect=Effect.WRITES,
)
def unknown_model(generator: TextGenerator, shapes: Shapes) -> None:
    answer = generator.ask(model=UNKNOWN)
    require(
        answer.status == 404,
        f"a request for the model {UNKNOWN!r} returned {answer.status}, not 404",
        answer.evidence(),
    )
    shapes.require_documented(answer, "the error response")
