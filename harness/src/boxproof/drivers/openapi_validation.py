"""Whether an OpenAPI document is valid, by the meta-schemas that Schemathesis carries."""

from importlib import import_module
from typing import Any


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
        return f"at /{'/'.join(map(str, error.instance_path))}: {error.message}"
    return ""
