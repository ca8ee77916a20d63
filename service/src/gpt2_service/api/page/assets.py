"""The page's files: package data, small, and none of it made by a build."""

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request, Response

router = APIRouter(include_in_schema=False)

FILES = files("gpt2_service.api.page") / "files"
MEDIA_TYPES = {
    "page.js": "text/javascript",
    "service.js": "text/javascript",
    "history.js": "text/javascript",
    "page.css": "text/css",
    "icon.svg": "image/svg+xml",
}
# Asked for again each time, so that files of two releases never meet; what is the same is 304.
HEADERS = {"Cache-Control": "no-cache"}


@cache
def content(name: str) -> bytes:
    """Return what is in a file of the page's."""
    return (FILES / name).read_bytes()


@router.get("/page/{name}")
async def get_asset(name: str, request: Request) -> Response:
    """Return a file, or 304 where the client has it already (RFC 9110, section 13.1.2)."""
    if name not in MEDIA_TYPES:
        raise HTTPException(404)
    body = content(name)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    known = request.headers.get("If-None-Match", "").split(",")
    if {each.strip().removeprefix("W/") for each in known} & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=MEDIA_TYPES[name])
