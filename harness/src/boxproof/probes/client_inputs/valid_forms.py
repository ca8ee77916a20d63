"""The valid request, sent as other clients send it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from boxproof.probes.client_inputs.row import ClientInput, Meaning, json_body, with_body
from boxproof.probes.framed import chunked, framed
from boxproof.probes.media_types import JSON
from boxproof.probes.messages import Request
from boxproof.probes.work import Work

#: The chunks of a body that comes in many.
CHUNK_BYTES = 7


def valid_forms(work: Work) -> Iterator[ClientInput]:
    """The rows, for work that has a body; of other JSON where that is one JSON object."""
    if not work.valid.body_encoding:
        return
    row = partial(ClientInput, meaning=Meaning.VALID, in_body=True)
    request = partial(work.request, work.valid.light)
    yield row("a body in one chunk", made := request(), raw=_chunked(made, len(made.content)))
    yield row("a body in many chunks", made := request(), raw=_chunked(made, CHUNK_BYTES))
    yield row("a body that waits for 100 Continue", request(), is_announced=True)
    if json_body(work) is None:
        return
    # RFC 9110, 8.3.1: a media type is the same in any case; RFC 8259, 11, defines no charset.
    yield row("a media type in capitals", _named(work, JSON.upper()))
    yield row("a media type with a charset", _named(work, f"{JSON}; charset=utf-8"))
    body = json_body(work)
    yield row("JSON over several lines", with_body(work, json.dumps(body, indent="\t").encode()))


def _chunked(request: Request, size: int) -> bytes:
    fields = [("Transfer-Encoding", "chunked")]
    return framed(request, fields, chunked(request.content, max(1, size)))


def _named(work: Work, media_type: str) -> Request:
    request = work.request(work.valid.light)
    assert request.payload is not None
    return replace(request, payload=replace(request.payload, media_type=media_type))
