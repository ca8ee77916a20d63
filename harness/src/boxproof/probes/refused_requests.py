"""Requests that every service refuses."""

from dataclasses import replace

from boxproof.probes.client import Client
from boxproof.probes.messages import Request
from boxproof.probes.work import Work

UNKNOWN = "/no-such-path-0c52"


def refusals(http: Client, work: Work) -> tuple[Request, ...]:
    """One for an unknown path, and one whose JSON is cut short where the work has such a body."""
    unknown = Request("GET", http.endpoint(), UNKNOWN)
    valid = work.request()
    if valid.payload is None or work.valid.body_encoding != "json":
        return (unknown,)
    cut = replace(valid.payload, content=valid.payload.content[:-1])
    return unknown, replace(valid, payload=cut, valid=None)
