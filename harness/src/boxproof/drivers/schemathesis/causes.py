"""What failures of one check have in common, and what tells their causes apart."""

from typing import Any

from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    JsonSchemaError,
    MissingHeaderNotRejected,
    MissingHeaders,
    UndefinedStatusCode,
    UnsupportedMethodResponse,
)

from boxproof.drivers.schemathesis.answer_checks import InternalsShown
from boxproof.probes.answer_shape import message_of, names
from boxproof.probes.fuzzing import REFUSALS, Received


def cause_of(
    failure: Failure, case: Case[Any] | None, answer: Received | None, body: bytes = b""
) -> tuple[str, str]:
    """What follows the check in its head, and what tells its cause from others under that head.

    Both in a few words, that any run finds again.

    Args:
        body: the whole of the answer's.
    """
    status, shape = ("", "") if answer is None else (str(answer.status), answer.shape)
    detail = _detail(failure, case, body)
    match failure:
        case UndefinedStatusCode():
            # Whatever it looks like, the document does not name it.
            return status, shape
        case JsonSchemaError(instance=None):
            return "null", f"{status} {detail}"
        case UnsupportedMethodResponse() if detail:
            return f"{status}, {detail}", shape
        case _ if set(failure.checks) & REFUSALS:
            # What a success looks like says nothing of why it was one.
            return status, detail
    return f"{status} {shape}".strip(), detail


def _detail(failure: Failure, case: Case[Any] | None, body: bytes) -> str:
    match failure:
        case InternalsShown(kind=kind):
            return kind
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
