"""Which of the rules that a request breaks OpenAI's API tells, for its error has room for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from gpt2_service.api.violations import encodable
from gpt2_service.errors import InvalidRequestError

# What OpenAI's API calls broken rules, by pydantic's names for them; any other is a bad value.
CODES = {"missing": "missing_required_parameter", "extra_forbidden": "unknown_parameter"}

Violated = Mapping[str, Any]
Place = list[str | int]


def invalid_request(errors: Sequence[Violated], body: Any) -> InvalidRequestError:
    """Return the error for a body that breaks rules, as pydantic lists them.

    It is the first, unless that is what one type of several says of a value that is meant for
    another: then it is what the type says that looked deeper, or took the value for one of its own.
    """
    first = errors[0]
    if first["type"] == "json_invalid":
        return InvalidRequestError(encodable(first["msg"]), param=None, code=None)
    placed = [(_place(error, body), error) for error in errors]
    begins = placed[0][0]
    place, told = max(
        (each for each in placed if each[0][: len(begins)] == begins),
        key=lambda each: (len(each[0]), not each[1]["type"].endswith("_type")),
    )
    names = [encodable(str(part)) for part in place]
    message = encodable(told["msg"])
    if not names:
        return InvalidRequestError(message, param=None, code=None)
    return InvalidRequestError(
        f"{'.'.join(names)}: {message}",
        param=names[0],
        code=CODES.get(told["type"], "invalid_value"),
    )


def _place(error: Violated, body: Any) -> Place:
    """Return where in the body an error is.

    pydantic's place begins with "body" and also names the type that was tried, which no client
    knows.
    """
    place: Place = []
    value = body
    parts = error["loc"][1:]
    for part in parts:
        indexed = isinstance(value, list) and isinstance(part, int)
        if indexed or (isinstance(value, dict) and part in value):
            value = value[part]
        elif error["type"] != "missing" or part != parts[-1]:
            continue
        place.append(part)
    return place
