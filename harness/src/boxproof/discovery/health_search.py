"""Where a service says that it is ready."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from boxproof.config.options import Health
from boxproof.core import cancellation
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery.api_document import ApiDocument
from boxproof.discovery.draft import Found, note
from boxproof.probes.client import Client

#: Where services have it, the likeliest first: what asks for the model before what asks for less.
PATHS = (
    "/health",
    "/v2/health/ready",
    "/readyz",
    "/ready",
    "/health/ready",
    "/healthz",
    "/livez",
    "/api/health",
    "/v1/health",
    "/api/v1/health",
    "/-/ready",
    "/-/healthy",
    "/ping",
    "/api/status",
    "/status",
    "/v1/models",
    "/",
)
#: What the path of one ends in that a document describes, in the same order.
NAMES = ("readiness", "ready", "readyz", "health", "healthz", "healthcheck", "heartbeat")
#: What stands before that in the path of the whole service's.
OF_THE_WHOLE = re.compile(r"api|v\d+|health|-|_")
#: Any status: then something answers, whatever it says.
ANY = tuple(range(200, 600))
LOOK_SECONDS = 0.5
#: Where nothing is, so that what answers there answers everywhere.
UNKNOWN = "/no-such-path-7d31"
LOADED = re.compile(r"loaded|ready", re.IGNORECASE)


def find(
    client: Client, told: str, limit_seconds: float, places: Iterable[str] = PATHS
) -> tuple[Health, dict[str, str]]:
    """The health path of a service that answers already, with how it is known.

    While a place says 5xx the service may still be starting: it is asked again until the limit.

    Args:
        told: what the container's own health check asks for, if anything.
        places: the paths to try, the best first.
    """
    first = client.journal.now()
    while True:
        every = [*([told] if told else []), *places]
        seen = {path: _status(client, path) for path in dict.fromkeys(every)}
        good = next((path for path in seen if _is_good(client, path, seen[path], told)), None)
        waiting = any((status or 0) >= 500 for status in seen.values()) or None in seen.values()
        if good is not None or not waiting or client.journal.now() - first > limit_seconds:
            break
        cancellation.wait(LOOK_SECONDS)
    if good is None:
        path = told or "/"
        status = seen.get(path) or 200
        why = f"none of the usual paths returned 2xx, this one {status}; name the right one"
        return Health(path=path, status=status), {"health.path": note(Found.GUESSED, why)}
    found = Found.GUESSED if good == "/" else Found.TRIED
    source = ", as its own health check asks" if good == told else ""
    status = seen[good] or 200
    why = f"returned {status}{source}"
    if good == "/":
        why += "; a path that tells of the model would be better"
    notes = {"health.path": note(found, why)}
    loaded = _loaded(client, good)
    if loaded is not None:
        notes["health.model_loaded"] = note(Found.TRIED, "was true once the service was ready")
    return Health(path=good, status=status, model_loaded=loaded), notes


def described(document: ApiDocument) -> list[str]:
    """The paths by whose names a document tells of the service's readiness, the best first."""
    found = [
        each.path
        for each in document.operations
        if each.method == "GET" and not any(one.required for one in each.parameters)
    ]
    ranked = [(NAMES.index(name), len(path), path) for path in found if (name := _name(path))]
    return [path for _, _, path in sorted(ranked)]


def _name(path: str) -> str:
    """What a path of the whole service's readiness ends in.

    Empty for another, such as ``/cache/health``: a part of the service has a readiness of its own.
    """
    *before, name = path.strip("/").split("/")
    of_a_part = any(not OF_THE_WHOLE.fullmatch(each) for each in before)
    return "" if of_a_part or name not in NAMES else name


def _is_good(client: Client, path: str, status: int | None, told: str) -> bool:
    """Whether a place says that the service is ready, and not what it says of every path."""
    if not 200 <= (status or 0) < 300:
        return False
    return path in (told, "/") or _status(client, UNKNOWN) != status or _said(client, path) != {}


def _said(client: Client, path: str) -> Mapping[str, Any]:
    """The JSON object of an answer; empty where it holds none."""
    try:
        said = client.get(path).json()
    except (NoAnswer, UnusableAnswer):
        return {}
    return said if isinstance(said, Mapping) else {}


def _loaded(client: Client, path: str) -> str | None:
    """JSON pointer to what says in a health answer that the model is loaded; None without one."""
    named = _said(client, path).items()
    return next((f"/{key}" for key, value in named if value is True and LOADED.search(key)), None)


def _status(client: Client, path: str) -> int | None:
    answer = client.look(path)
    return None if answer is None else answer.status
