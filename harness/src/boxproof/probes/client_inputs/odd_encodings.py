"""Bodies that are not valid JSON, and valid ones in other encodings or of other media types."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace

from boxproof.probes.client_inputs.row import ClientInput, Meaning, json_body, with_body
from boxproof.probes.media_types import JSON
from boxproof.probes.work import Work

#: Media types under which the valid body is sent.
MEDIA_TYPES = {
    "no media type": "",
    "text/plain": "text/plain",
    "a form's media type": "application/x-www-form-urlencoded",
    "multipart without a boundary": "multipart/form-data",
    "XML's media type": "application/xml",
    "an invalid media type": "a",
    "a media type without a name": "/; =; charset",
    "an unknown charset": f"{JSON}; charset=boxproof-8",
    "the charset base64": f"{JSON}; charset=base64",
}


def odd_encodings(work: Work) -> Iterator[ClientInput]:
    """The rows, for work that is one JSON object."""
    body = json_body(work)
    if body is None:
        return
    plain = json.dumps(body)
    content = plain.encode()
    for name, other in {
        "a body cut short": content[:-1],
        "words for a body": b"this is not JSON",
        "100 NULs for a body": b"\0" * 100,
    }.items():
        yield ClientInput(name, with_body(work, other), meaning=Meaning.NOT_JSON, in_body=True)
    for name, other in {
        "an empty body": b"",
        "white space for a body": b" \r\n\t",
        "a body after a byte order mark": b"\xef\xbb\xbf" + content,
        "a body in UTF-16": plain.encode("utf-16"),
        "a body in UTF-32": plain.encode("utf-32"),
        "two bodies": content * 2,
        "a body with a comment": content + b" // boxproof",
        "a body with a comma too many": content[:-1] + b",}",
        "a body in single quotes": content.replace(b'"', b"'"),
        "bytes that are random": bytes(range(256)),
    }.items():
        yield ClientInput(name, with_body(work, other), in_body=True)
    for name, media_type in MEDIA_TYPES.items():
        yield ClientInput(name, with_body(work, content, media_type), in_body=True)
    latin = json.dumps({**body, "boxproof": "caf\xe9"}, ensure_ascii=False).encode("latin-1")
    yield ClientInput(
        "a body in Latin-1", with_body(work, latin, f"{JSON}; charset=iso-8859-1"), in_body=True
    )
    for name, encoding, other in (
        ("a body in gzip", "gzip", gzip.compress(content, mtime=0)),
        ("a body that only claims to be gzip", "gzip", content),
        ("an unknown content coding", "boxproof", content),
    ):
        request = with_body(work, other)
        coded = replace(request, headers=(*request.headers, ("Content-Encoding", encoding)))
        yield ClientInput(name, coded, in_body=True)
