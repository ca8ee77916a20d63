"""Header fields that are long, many, or not what their names ask for."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.probes.client_inputs.row import ClientInput
from boxproof.probes.messages import Request

LONG_CHARACTERS = 6000
MANY = 80

HEADERS = {
    "a header of 6,000 characters": {"X-Boxproof": "a" * LONG_CHARACTERS},
    "80 headers": {f"X-Boxproof-{number}": "a" for number in range(MANY)},
    "a header outside ASCII": {"X-Boxproof": "caf\xe9 \xff"},
    "a header without a value": {"X-Boxproof": ""},
    "an invalid Accept": {"Accept": ",;q=x,/"},
    "an invalid Accept-Encoding": {"Accept-Encoding": "boxproof;q=x, *;q=0"},
    "an invalid Accept-Language": {"Accept-Language": "--,;q=9"},
    "an invalid Range": {"Range": "bytes=9-1,-,x"},
    "an invalid date": {
        "If-Modified-Since": "yesterday",
        "If-Unmodified-Since": "Thu, 99 Foo 20000000 99:99:99 GMT",
    },
    "invalid entity tags": {"If-None-Match": 'W/"', "If-Match": ","},
    "an invalid Cookie": {"Cookie": '=;;a="\x01;$Version=x'},
    "an invalid Origin": {"Origin": "null/%00"},
    "an invalid Forwarded": {"Forwarded": "for=;;=", "X-Forwarded-For": "x,,%00"},
    "an invalid trace": {"traceparent": "00-x-y-zz", "tracestate": "=,"},
}


def odd_headers(health: Request) -> Iterator[ClientInput]:
    """The rows, each a look at the health path."""
    for name, headers in HEADERS.items():
        request = replace(health, headers=(*health.headers, *headers.items()), valid=None)
        yield ClientInput(name, request, may_hang_up=True)
