"""Paths and queries that leave the service's folder, decode to no text, or are very long."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.probes.client_inputs.row import ClientInput
from boxproof.probes.messages import Request
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import described, described_record

#: Less than common servers take for a line, and more than most software was tried with.
LONG_CHARACTERS = 6000
#: Stands for an id whose escapes are written by hand.
KEY = "boxproof7e1fkey"

PATHS = {
    "a path that goes up": "/../../../../../../etc/passwd",
    "a path that goes up, its dots escaped": "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "a path that goes up, its slashes escaped": "/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "a path that goes up, escaped twice": "/%252e%252e%252f%252e%252e%252fetc%252fpasswd",
    "a path that goes up by backslashes": "/..%5c..%5c..%5c..%5cetc%5cpasswd",
    "a path of two slashes": "//",
    "a path with NUL": "/a%00b",
    "a path that is not UTF-8": "/a%ff%feb",
    "a path with half an escape": "/a%",
    "a path with an invalid escape": "/a%zz",
    "a path with an escaped line break": "/a%0d%0aSet-Cookie:%20boxproof=1",
    "a path of 6,000 characters": "/" + "a" * LONG_CHARACTERS,
}
QUERIES = {
    "a query of 6,000 characters": "a=" + "a" * LONG_CHARACTERS,
    "a query of 1,000 names": "&".join(["a=1"] * 1000),
    "a query that is not UTF-8": "a=%ff%fe&%00=%00",
    "a query with half an escape": "a=%&=%zz&&;",
    "a query of brackets": "a[]=1&a[b][c]=2&[=]",
}
IDS = {
    "NUL": "%00",
    "bytes that are not UTF-8": "%ff%fe",
    "an integer of 30 digits": "9" * 30,
    "a negative integer": "-1",
    "a quote": "%27",
    "a path that goes up": "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "white space": "%20",
    "a character of four bytes": "%F0%9F%98%80",
    "6,000 characters": "a" * LONG_CHARACTERS,
}


def odd_targets(health: Request, stores: tuple[RecordStore, ...]) -> Iterator[ClientInput]:
    """The rows: of unknown paths, of the health path's query, and of records that are not there."""
    for name, path in PATHS.items():
        long = len(path) > LONG_CHARACTERS
        yield ClientInput(name, replace(health, path=path, valid=None), may_hang_up=long)
    for name, query in QUERIES.items():
        joined = health.path + ("&" if "?" in health.path else "?") + query
        yield ClientInput(name, replace(health, path=joined, valid=None), may_hang_up=True)
    for store in stores:
        yield from _of_records(store)


def _of_records(store: RecordStore) -> Iterator[ClientInput]:
    kind, client = store.kind, store.client
    if kind.read is not None:
        read = described_record(client, kind.read, KEY)
        for name, id in IDS.items():
            request = replace(read, path=read.path.replace(KEY, id))
            long = len(id) >= LONG_CHARACTERS
            yield ClientInput(f"{name} for an id of {store.name}", request, may_hang_up=long)
    if kind.list is None:
        return
    for parameter in filter(None, (kind.list.limit, kind.list.before, kind.list.offset)):
        asked = described(client, kind.list, query={**kind.list.query, parameter: KEY})
        for name, value in IDS.items():
            request = replace(asked, path=asked.path.replace(KEY, value))
            yield ClientInput(f"{name} for {parameter} of {store.name}", request, may_hang_up=True)
