"""What the settings of one ``boxproof.toml`` must say of each other."""

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from boxproof.config import values
from boxproof.config.document_file import read_document
from boxproof.config.load_options import STREAM
from boxproof.config.operations import ID, Operation, Records, ValidRequest
from boxproof.config.options import CONTRACT, Config, Credential
from boxproof.config.spellings import spelling
from boxproof.config.text_streaming import Streaming
from boxproof.core.waivers import scope_of

#: Schemes whose value stands below a name of the service's own.
NAMED = ("header", "cookie", "query")


def problems(config: Config) -> Iterator[str]:
    """Each setting that does not fit the others: its place, the value, and the rule."""
    if config.contract > CONTRACT:
        yield (
            f"contract: {config.contract} is not supported; "
            f"this version of boxproof knows contracts up to {CONTRACT}"
        )
    if config.forbidden is not None and not config.forbidden.words:
        yield "forbidden.words: () is empty; name a word, or leave it out"
    if config.credential is not None:
        yield from _of_credential(config.credential, config)
    if config.generation is not None:
        yield from _of_generation(config.work)
    if config.streaming is not None:
        yield from _of_streaming(config.streaming, config.work)
    if config.schema is not None and config.schema.committed is not None:
        yield from _of_committed(config.schema.committed)
    yield from _of_load(config)
    for clause, reason in config.declined.items():
        if problem := values.said(reason):
            yield f"declined.{clause}: {reason!r} {problem}"
    for waiver, times in Counter((each.clause, scope_of(each)) for each in config.waivers).items():
        if times > 1:
            what = ", ".join(each for each in waiver if each)
            yield f"waivers: {times} of them are for {what}; keep one"
    for name, kind in config.records.items():
        yield from _of_records(f"records.{name}", kind)
    for place, operation in _operations(config):
        yield from _of_path(place, operation, may_hold_id=_may_hold_id(place, config))
        yield from _of_headers(place, operation)
        if isinstance(operation, ValidRequest):
            yield from _of_id_form(place, operation)
            yield from _of_body(place, operation)
            yield from _of_changes(place, operation)
            yield from _of_text(place, operation)


def _of_committed(path: Path) -> Iterator[str]:
    """Whether the committed document is one: better said before anything is booted."""
    try:
        read_document(path)
    except ValueError as error:
        yield f"schema.committed: {path.name!r} {error}"


def _of_credential(credential: Credential, config: Config) -> Iterator[str]:
    """The value comes from one place, and is sent as its scheme asks for."""
    sources = {"credential": credential.own}
    if credential.another is not None:
        sources["credential.another"] = credential.another
    scheme = credential.scheme
    for place, source in sources.items():
        if bool(source.variable) == bool(source.file):
            yield f"{place}: its value comes from a variable or a file; name exactly one"
        if source.variable and not values.VARIABLE.fullmatch(source.variable):
            yield f"{place}.variable: {source.variable!r} is not the name of a variable"
        yield from _needed(f"{place}.user", source.user, scheme, ("basic",))
        if ":" in source.user:
            yield f"{place}.user: must not hold a colon (RFC 7617, 2)"
    yield from _needed("credential.name", credential.name, scheme, NAMED)
    if not can_be_named(credential):
        yield f"credential.name: {credential.name!r} cannot be sent"
    requests = dict(_operations(config))
    for place, request in requests.items():
        if scheme == "cookie" and request.cookies:
            yield f"{place}.cookies: cannot be sent beside a credential that is a cookie"
        if scheme == "query" and credential.name in request.query:
            yield f"{place}.query: {credential.name!r} is the credential's; leave it out"
    known = [each.path for each in requests.values()]
    for path in credential.open_paths:
        if path not in known:
            yield f"credential.open_paths: {path!r} is not the path of a request of this file"


def _of_generation(work: ValidRequest) -> Iterator[str]:
    """The text that is made can be had, and fields can be set."""
    if work.output is None:
        yield "generation: says nothing without work.output, the JSON pointer of the text"
    if work.body_encoding == "raw" or not isinstance(work.content, Mapping | None):
        yield "generation: sets fields of the work's body, which is not a table"


def _of_streaming(streaming: Streaming, work: ValidRequest) -> Iterator[str]:
    """A stream can be asked for, and known from an answer that is none."""
    if not streaming.body:
        yield "streaming.body: {} is empty; give the fields that ask for a stream"
    if work.body_encoding == "raw" or not isinstance(work.content, Mapping | None):
        yield "streaming: sets fields of the work's body, which is not a table"


def _of_load(config: Config) -> Iterator[str]:
    """The profile is there, and what users do is described."""
    load = config.load
    if load.profile not in load.every_profile:
        known = ", ".join(load.every_profile)
        yield f"load.profile: {load.profile!r} is not one of {known}"
    if STREAM in load.weights and config.streaming is None:
        yield "load.weights: names 'stream', which says nothing without [streaming]"
    for number, limit in enumerate(load.limits):
        if limit.error_rate is not None and limit.error_rate >= 1:
            yield f"load.limits[{number}].error_rate: {limit.error_rate!r} is not a share below 1"


def can_be_named(credential: Credential) -> bool:
    """Whether the name of its header, cookie or query parameter can be sent, where it has one."""
    name = credential.name
    if credential.scheme == "query":
        return not name or values.QUERY_NAME.fullmatch(name) is not None
    return not name or (":" not in name and values.HEADER.fullmatch(f"{name}:") is not None)


def _needed(place: str, value: str, scheme: str, schemes: tuple[str, ...]) -> Iterator[str]:
    if scheme in schemes and not value:
        yield f"{place}: missing; the scheme {scheme!r} needs it"
    if scheme not in schemes and value:
        yield f"{place}: has no meaning with the scheme {scheme!r}"


def _operations(config: Config) -> Iterator[tuple[str, Operation]]:
    """Every request of the file, by its table."""
    yield "work", config.work
    for name, kind in config.records.items():
        yield from ((f"records.{name}.{key}", each) for key, each in kind.operations.items())


def _of_records(place: str, kind: Records) -> Iterator[str]:
    """The id can be had, what an update does can be seen, and pages are turned in one way."""
    if kind.id_header and kind.read is None:
        yield f"{place}.id_header: {kind.id_header!r} says nothing without [{place}.read]"
    listing = kind.list
    if listing is None:
        return
    if len(listing.ways) > 1:
        yield f"{place}.list: {' and '.join(listing.ways)} are two ways to turn pages; keep one"
    if listing.cursor and listing.next is None:
        yield f"{place}.list.cursor: takes what stands at {place}.list.next, which is missing"


def _may_hold_id(place: str, config: Config) -> bool:
    """Whether the path of an operation may hold an id that the file does not give."""
    return config.record_is_work if place == "work" else not place.endswith(".list")


def _of_path(place: str, request: Operation, *, may_hold_id: bool) -> Iterator[str]:
    """Each name in the path is filled in, and nothing else is."""
    for name in request.named_parts:
        if name not in request.parameters and not (may_hold_id and name == ID):
            yield f"{place}.path: {{{name}}} is not filled in; add {name!r} to {place}.parameters"
    for name in request.parameters:
        if name not in request.named_parts:
            yield f"{place}.parameters.{name}: {request.path!r} holds no {{{name}}}"


def _of_id_form(place: str, request: ValidRequest) -> Iterator[str]:
    """A client that is told how to spell ids chooses them."""
    if request.id_form != ValidRequest("/").id_form and not request.takes_id:
        yield f"{place}.id_form: {request.id_form!r} says nothing without {{id}} in {place}.path"


def _of_headers(place: str, request: Operation) -> Iterator[str]:
    """Headers and cookies can be sent; their values, which may be secret, are not told."""
    for name, value in request.headers.items():
        if not values.HEADER.fullmatch(f"{name}:{value}"):
            yield f"{place}.headers.{name}: cannot be sent (RFC 9110, 5.5): write it in Latin-1"
        if name.lower() == "cookie" and request.cookies:
            yield f"{place}.headers.{name}: stands beside {place}.cookies; keep one"
    for name, value in request.cookies.items():
        if ";" in value or not values.HEADER.fullmatch(f"{name}:{value}"):
            yield f"{place}.cookies.{name}: cannot be sent (RFC 6265, 4.1.1)"


def _of_body(place: str, request: ValidRequest) -> Iterator[str]:
    """The body can be sent as it is said to be."""
    encoding, body = request.body_encoding, request.body
    if request.body_file is not None:
        if body is not None or encoding not in ("raw", "json"):
            yield f"{place}.body_file: is sent alone, raw or as JSON; leave out body, or body_file"
        try:
            _ = request.content
        except (OSError, ValueError) as error:
            yield f"{place}.body_file: {str(request.body_file)!r} is not valid JSON: {error}"
            return
    if request.files and encoding != "multipart":
        yield f"{place}.files: are parts of a multipart body; the encoding is {encoding!r}"
    if encoding in ("form", "multipart") and not isinstance(body, Mapping | None):
        yield f"{place}.body: {body!r} is not a table, which the encoding {encoding!r} takes"
    if encoding == "raw" and body is not None and not isinstance(body, str):
        yield f"{place}.body: {body!r} is not a string, which the encoding 'raw' takes"


def _of_changes(place: str, request: ValidRequest) -> Iterator[str]:
    """Long and short work is made of the body or of the query; a JSON body is JSON with both."""
    encoding = request.body_encoding
    for key in ("heavy", "light"):
        fields = getattr(request, key)
        is_table = isinstance(request.content, Mapping | None) and encoding != "raw"
        if fields and not is_table:
            yield f"{place}.{key}: are fields over those of a table, which the body is not"
    for key in ("body", "heavy", "light"):
        if request.body_encoding == "json":
            try:
                json.dumps(getattr(request, key), allow_nan=False)
            except (TypeError, ValueError) as error:
                yield f"{place}.{key}: cannot be sent as JSON: {error}"


def _of_text(place: str, request: ValidRequest) -> Iterator[str]:
    """The text stands where it is said to stand, and others like it can be made."""
    for key in ("text_pattern", "text_unique"):
        if getattr(request, key) and request.text is None:
            yield f"{place}.{key}: says nothing without {place}.text, the text's JSON pointer"
    if request.text is None:
        return
    where = request.text_place
    within: Any = request.content if where == "body" else getattr(request, where)
    known = list(values.texts(within))
    if request.text not in known:
        near = difflib.get_close_matches(request.text, known, n=1) or known[:1]
        meant = f"; did you mean {near[0]!r}?" if near else ""
        yield f"{place}.text: {request.text!r} names no text in {place}.{where}{meant}"
    elif spelling(request.text_pattern) is None:
        yield (
            f"{place}.text_pattern: {request.text_pattern!r} matches none of the texts that "
            "boxproof makes; widen it as far as the service allows, or leave out text"
        )
