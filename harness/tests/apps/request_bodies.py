"""How toy servers read a request's body (RFC 9112, sections 6.3 and 7.1)."""

import re
from email.errors import InvalidHeaderDefect, MissingHeaderBodySeparatorDefect
from http.server import BaseHTTPRequestHandler

NO_FIELD = (InvalidHeaderDefect, MissingHeaderBodySeparatorDefect)


def body_of(handler: BaseHTTPRequestHandler) -> bytes | None:
    """The body of the request that a handler has; None where nobody can say where it ends."""
    headers = handler.headers
    lengths = headers.get_all("Content-Length", [])
    coding = headers.get("Transfer-Encoding")
    # A line that is no header field ends the head for Python's parser.
    ended = any(isinstance(each, NO_FIELD) for each in headers.defects)
    if ended or len(lengths) > 1 or (lengths and coding):
        return None
    if coding is not None:
        return _chunks_of(handler) if coding.lower() == "chunked" else None
    if not lengths:
        return b""
    if not re.fullmatch("[0-9]{1,9}", lengths[0]):
        return None
    body = handler.rfile.read(int(lengths[0]))
    return body if len(body) == int(lengths[0]) else None


def _chunks_of(handler: BaseHTTPRequestHandler) -> bytes | None:
    body = b""
    while size := re.fullmatch(rb"([0-9a-fA-F]{1,7}) *(;[^\r]*)?\r\n", handler.rfile.readline(999)):
        data = handler.rfile.read(int(size[1], 16))
        if not data:
            while (line := handler.rfile.readline(999)) != b"\r\n":
                if not line:
                    return None
            return body
        body += data
        if handler.rfile.readline(999) != b"\r\n":
            return None
    return None
