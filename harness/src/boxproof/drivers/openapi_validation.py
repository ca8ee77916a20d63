"""Whether an OpenAPI document is valid, by the meta-schemas that Schemathesis carries."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jsonpointer import JsonPointer

if TYPE_CHECKING:
    import jsonschema_rs


def load() -> None:
    """Load what :func:`problem_of` needs, which takes most of a second otherwise."""
    import_module("schemathesis.openapi")


def problem_of(document: dict[str, Any]) -> str:
    """What makes a document no valid OpenAPI 3.x or Swagger 2.0, with its place in it; or empty."""
    newer = str(document.get("openapi", "")).startswith("3.")
    if not newer and document.get("swagger") != "2.0":
        return f"its 'openapi' is {document.get('openapi')!r}, no version 3"
    # Here, and not above, for the time that :func:`load` takes.
    import jsonschema_rs
    import schemathesis.openapi
    from schemathesis.core.errors import InvalidSchema, LoaderError

    try:
        schemathesis.openapi.from_dict(document).validate()
    except (LoaderError, InvalidSchema) as error:
        return str(error).splitlines()[0]
    except jsonschema_rs.ValidationError as error:
        return told(error)
    return ""


def told(error: "jsonschema_rs.ValidationError") -> str:
    """Where a document is invalid, and why, in one line.

    OpenAPI 3.0 lets a schema be one or a reference to one, all the way down: the outermost error
    says that the whole of it is neither. The one that lies deepest says what is wrong.
    """
    cause = max(_causes(error), key=lambda one: len(one.instance_path))
    place = JsonPointer.from_parts(cause.instance_path).path or "/"
    return f"at {place}: {' '.join(cause.message.split())}"


def _causes(error: "jsonschema_rs.ValidationError") -> "Iterator[jsonschema_rs.ValidationError]":
    yield error
    for alternative in getattr(error.kind, "context", ()):
        for each in alternative:
            yield from _causes(each)
