"""What tells two failures of one check apart that have the same answer, but not the same cause."""

from typing import Any

from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    JsonSchemaError,
    MissingHeaderNotRejected,
    MissingHeaders,
    UnsupportedMethodResponse,
)

from boxproof.probes.answer_shape import message_of, names


def detail_of(failure: Failure, case: Case[Any] | None, body: bytes = b"") -> str:
    """In a few words, that any run finds again; empty where check and answer say it all.

    Args:
        body: of the answer.
    """
    match failure:
        case JsonSchemaError():
            path = ["*" if isinstance(each, int) else each for each in failure.instance_path]
            rules = [each for each in failure.schema_path if isinstance(each, str)]
            return f"{(rules or ['schema'])[-1]} at /{'/'.join(names(path))}"
        case MissingHeaders():
            return ", ".join(names(failure.missing_headers))
        case MissingHeaderNotRejected():
            return ", ".join(names([failure.header_name]))
        case AllowHeaderMismatch():
            return "too few methods" if failure.missing_methods else "too many methods"
        case UnsupportedMethodResponse():
            return "no Allow header" if failure.allow_header_present is False else ""
        case AcceptedNegativeData():
            return f"invalid {_where(case)}"
        case ServerError(status_code=500, operation=operation):
            # What it met was unexpected (RFC 9110, 15.6.1): where nothing is said of it, two
            # operations have two mistakes.
            said = message_of(body)
            return f"{said!r}" if said else f"in {operation}"
    return ""


def _where(case: Case[Any] | None) -> str:
    """Which parts of a request were made invalid."""
    made = {} if case is None or case.meta is None else case.meta.components
    wrong = sorted(place.value for place, one in made.items() if one.mode.is_negative)
    return " and ".join(wrong) or "request"
