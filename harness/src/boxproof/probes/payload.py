"""Bodies of requests: what is described, as the bytes that are sent and their media type."""

import hashlib
import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from boxproof.config.operations import ValidRequest
from boxproof.probes.media_types import JSON

FORM = "application/x-www-form-urlencoded"
BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Payload:
    """The body of a request and its media type, which is not sent where it is empty."""

    content: bytes
    media_type: str

    @classmethod
    def json(cls, body: Any) -> Self:
        """A document as JSON."""
        return cls(json.dumps(body).encode(), JSON)


def payload(valid: ValidRequest, body: Any) -> Payload | None:
    """A body, encoded as a request says of its own; None where it has none."""
    match valid.body_encoding:
        case "":
            return None
        case "json":
            as_json = Payload.json(body)
            return replace(as_json, media_type=valid.content_type or as_json.media_type)
        case "form":
            return Payload(urlencode(pairs(body)).encode(), FORM)
        case "multipart":
            return _multipart(body or {}, valid.files)
    file = valid.body_file
    content = str(body).encode() if file is None else file.read_bytes()
    return Payload(content, valid.content_type or (TEXT if file is None else _media_type(file)))


def pairs(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values as queries and forms carry them: an array is its name several times."""
    return [
        (name, written(each))
        for name, value in table.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def written(value: Any) -> str:
    """A value outside of JSON; true, false, tables and arrays in one another as JSON has them."""
    return json.dumps(value) if isinstance(value, (bool, dict, list)) else str(value)


def _multipart(body: Mapping[str, Any], files: Mapping[str, Path]) -> Payload:
    """Fields, then files (RFC 7578); the boundary follows from them, so that it repeats."""
    parts = list(_parts(body, files))
    seen = hashlib.sha256(b"".join(name.encode() + data for name, data, _ in parts)).hexdigest()
    fields = [field for _, _, field in parts]
    content, media_type = encode_multipart_formdata(fields, boundary=f"boxproof-{seen[:24]}")
    return Payload(content, media_type)


def _parts(
    body: Mapping[str, Any], files: Mapping[str, Path]
) -> Iterator[tuple[str, bytes, RequestField]]:
    for name, value in pairs(body):
        field = RequestField(name, value)
        field.make_multipart()
        yield name, value.encode(), field
    for name, file in files.items():
        data = file.read_bytes()
        field = RequestField(name, data, filename=file.name)
        field.make_multipart(content_type=_media_type(file))
        yield name, data, field


def _media_type(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or BYTES
