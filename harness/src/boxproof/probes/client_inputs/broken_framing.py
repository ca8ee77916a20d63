"""Bytes that are not a valid HTTP request, or not a whole one."""

from collections.abc import Iterator
from functools import partial

from boxproof.probes.client_inputs.row import ClientInput
from boxproof.probes.framed import framed
from boxproof.probes.messages import Request

UNKNOWN = "/no-such-path-3d90"
#: Requests whose rest a server may wait for.
NEVER_WHOLE = {
    "a Content-Length of 30 digits",
    "a Content-Length of 5,000 digits",
    "a body that ends too soon",
    "chunks that end too soon",
    "a request line without a version",
    "a first message of TLS",
    "half a head",
}


def broken_framing(health: Request) -> Iterator[ClientInput]:
    """The rows; whoever cannot read one may hang up."""
    endpoint = health.endpoint
    post = Request("POST", endpoint, UNKNOWN)
    with_length = partial(framed, post, body=b"{}")
    line = b"GET " + health.path.encode() + b" "
    host = b"Host: " + endpoint.host.encode() + b"\r\n"
    end = b"Connection: close\r\n\r\n"
    for name, raw in {
        "a Content-Length below 0": with_length([("Content-Length", "-1")]),
        "a Content-Length that is not a number": with_length([("Content-Length", "two")]),
        "a Content-Length of 30 digits": with_length([("Content-Length", "9" * 30)]),
        "a Content-Length of 5,000 digits": with_length([("Content-Length", "9" * 5000)]),
        "a body that ends too soon": with_length([("Content-Length", "100")]),
        "a body that is longer than it says": with_length([("Content-Length", "1")]),
        "chunks that end too soon": framed(post, [("Transfer-Encoding", "chunked")], b"ff\r\n{}"),
        "an invalid chunk length": framed(
            post, [("Transfer-Encoding", "chunked")], b"zz\r\n{}\r\n0\r\n\r\n"
        ),
        "an unknown transfer coding": with_length([("Transfer-Encoding", "boxproof")]),
        "a request line of words": b"this is not HTTP\r\n\r\n",
        "a request line without a version": line.rstrip() + b"\r\n\r\n",
        "an unknown version of HTTP": line + b"HTTP/9.9\r\n" + host + end,
        "a request without Host": line + b"HTTP/1.1\r\n" + end,
        "a header without a colon": line + b"HTTP/1.1\r\n" + host + b"boxproof\r\n" + end,
        "a header with NUL": line + b"HTTP/1.1\r\n" + host + b"X-Boxproof: a\0b\r\n" + end,
        "a header without a name": line + b"HTTP/1.1\r\n" + host + b": a\r\n" + end,
        "a header over two lines": line + b"HTTP/1.1\r\n" + host + b"X-Boxproof: a\r\n b\r\n" + end,
        "an unknown method": framed(Request("BOXPROOF", endpoint, health.path), []),
        "a first message of TLS": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"\0" * 154,
        "half a head": line + b"HTTP/1.1\r\n" + host,
    }.items():
        whole = name not in NEVER_WHOLE
        yield ClientInput(name, health, raw=raw, is_whole=whole, may_hang_up=True)
