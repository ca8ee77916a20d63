"""That every request is answered, with what the document says, and with nothing of the inside."""

from boxproof.clauses.registry import clause
from boxproof.clauses.schema.verdicts_of_checks import (
    DOCUMENTED_BODY,
    DOCUMENTED_HEADERS,
    DOCUMENTED_STATUS,
    INTERNALS_HIDDEN,
    JSON_STRICT,
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


@clause(
    INTERNALS_HIDDEN,
    Level.MUST,
    "An error MUST NOT show a client what only the inside knows: a traceback, SQL, an error of a "
    "database's driver, a path of the server's files, a password.",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def internals_hidden(fuzzer: Fuzzer) -> None:
    """CWE-209 (https://cwe.mitre.org/data/definitions/209.html)."""
    judge(INTERNALS_HIDDEN, fuzzer)


@clause(
    JSON_STRICT,
    Level.MUST,
    "A body of the media type JSON MUST be JSON in UTF-8, without NaN or Infinity (RFC 8259, "
    "sections 6 and 8.1).",
    promised=lambda config: config.schema is not None,
    effect=Effect.WRITES,
    reads_in_part=True,
)
def strict_json(fuzzer: Fuzzer) -> None:
    judge(JSON_STRICT, fuzzer)
