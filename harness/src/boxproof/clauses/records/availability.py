"""What an operation made is there for the others, and what it removed is not."""

from boxproof.clauses.by_kind import any_kind
from boxproof.clauses.history_checks import readable
from boxproof.clauses.registry import clause
from boxproof.clauses.schema.verdicts_of_checks import RESOURCES, judge
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.fuzzing import Fuzzer


@clause(
    RESOURCES,
    Level.MUST,
    "What one operation created MUST be found by those that read it, "
    "and what one removed MUST be gone.",
    promised=lambda config: config.schema is not None and any_kind(readable)(config),
    effect=Effect.WRITES,
)
def resources(fuzzer: Fuzzer) -> None:
    judge(RESOURCES, fuzzer)
