"""That exactly those requests are accepted that the document allows."""

from boxproof.clauses.registry import clause
from boxproof.clauses.schema.verdicts_of_checks import (
    INVALID_REJECTED,
    METHODS,
    VALID_ACCEPTED,
    judge,
)
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.fuzzing import Fuzzer


@clause(
    VALID_ACCEPTED,
    Level.MUST,
    "The service MUST accept every request that the OpenAPI document allows, "
    "unless its text holds a forbidden word.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def valid_accepted(fuzzer: Fuzzer) -> None:
    judge(VALID_ACCEPTED, fuzzer)


@clause(
    INVALID_REJECTED,
    Level.MUST,
    "The service MUST reject every request that the OpenAPI document does not allow, "
    "and every one that lacks a header or credentials that it asks for.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def invalid_rejected(fuzzer: Fuzzer) -> None:
    judge(INVALID_REJECTED, fuzzer)


@clause(
    METHODS,
    Level.MUST,
    "The service MUST answer 405 with an Allow header to a method that the OpenAPI document "
    "does not name for the path (RFC 9110, section 15.5.6).",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
)
def methods(fuzzer: Fuzzer) -> None:
    judge(METHODS, fuzzer)
