"""That every request is answered, and with nothing but what the document says."""

from boxproof.clauses.registry import clause
from boxproof.clauses.schema.verdicts_of_checks import (
    DOCUMENTED_BODY,
    DOCUMENTED_HEADERS,
    DOCUMENTED_STATUS,
    NO_SERVER_ERROR,
    judge,
)
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.fuzzing import Fuzzer


@clause(
    NO_SERVER_ERROR,
    Level.MUST,
    "The service MUST answer every request, valid or not, and never with a server error.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def no_server_error(fuzzer: Fuzzer) -> None:
    judge(NO_SERVER_ERROR, fuzzer)


@clause(
    DOCUMENTED_STATUS,
    Level.MUST,
    "Every answer MUST have a status that the OpenAPI document names for its operation.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def documented_status(fuzzer: Fuzzer) -> None:
    judge(DOCUMENTED_STATUS, fuzzer)


@clause(
    DOCUMENTED_HEADERS,
    Level.MUST,
    "Every answer MUST have the content type and the headers that the OpenAPI document names.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def documented_headers(fuzzer: Fuzzer) -> None:
    judge(DOCUMENTED_HEADERS, fuzzer)


@clause(
    DOCUMENTED_BODY,
    Level.MUST,
    "Every answer's body MUST match the schema that the OpenAPI document gives for it.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def documented_body(fuzzer: Fuzzer) -> None:
    judge(DOCUMENTED_BODY, fuzzer)
