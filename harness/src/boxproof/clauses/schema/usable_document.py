"""The OpenAPI document itself, as something to test against."""

from boxproof.clauses.registry import clause
from boxproof.clauses.schema.verdicts_of_checks import DOCUMENT_USABLE, judge
from boxproof.core.breaches import Breach
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.fuzzing import Fuzzer


@clause(
    DOCUMENT_USABLE,
    Level.MUST,
    "The service MUST serve an OpenAPI document that describes operations and what each accepts.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def document_usable(fuzzer: Fuzzer) -> None:
    problem = fuzzer.results().document_problem
    if problem:
        raise Breach(f"the OpenAPI document cannot be used: {problem}")
    judge(DOCUMENT_USABLE, fuzzer)
