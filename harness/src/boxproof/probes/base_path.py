"""What the paths of an OpenAPI document lie below, on the address that a run has."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from boxproof.endpoint import Endpoint

VARIABLE = re.compile(r"\{([^{}]+)\}")


def base_path(document: Mapping[str, Any], path: str, endpoint: Endpoint) -> str:
    """The path below the endpoint, such as ``/api/v1``; empty where there is none.

    That of the first server, whatever host it names (OpenAPI 3.1, 4.8.5), or ``basePath`` (Swagger
    2.0). It begins with the endpoint's own path where the service knows what it lies below; a proxy
    that strips that path keeps it to itself.

    Args:
        path: of the document, which a relative server starts from.
    """
    own = urlsplit(endpoint.url).path.rstrip("/")
    declared = urlsplit(urljoin(f"/{path.lstrip('/')}", _declared(document))).path.rstrip("/")
    if declared == own or declared.startswith(f"{own}/"):
        declared = declared.removeprefix(own)
    return declared


def _declared(document: Mapping[str, Any]) -> str:
    """What the document says; ``/`` where it says nothing, or nothing that is valid."""
    if "swagger" in document:
        return str(document.get("basePath") or "/")
    servers = document.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else {}
    if not isinstance(server, Mapping):
        return "/"
    variables = server.get("variables")

    def default(found: re.Match[str]) -> str:
        variable = variables.get(found[1]) if isinstance(variables, Mapping) else None
        return str(variable.get("default", "")) if isinstance(variable, Mapping) else found[0]

    return VARIABLE.sub(default, str(server.get("url") or "/"))
