"""The operations of a service as ``boxproof.toml`` describes them: its work, and its records."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxproof.config import values
from boxproof.config.declaring import json_pointer, option, record_path, url_path

#: A part of a path that is filled in, as an OpenAPI document writes it.
NAMED_PART = re.compile(r"\{([^{}/]+)\}")
ID = "id"


def path_pattern(path: str, wanted: str = "") -> str:
    """The regular expression of every path that a path with names in it can be.

    Its groups are what stands for the name ``wanted``.
    """
    parts = NAMED_PART.split(path)
    # By turns what stands there as it is, and a name.
    return "".join(
        re.escape(each) if number % 2 == 0 else "([^/]+)" if each == wanted else "[^/]+"
        for number, each in enumerate(parts)
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """What every request of a file has."""

    path: str = url_path("its path; a {name} in it is filled in from parameters")
    method: str = option("its HTTP method", "GET", values.method)
    parameters: Mapping[str, Any] = option("what stands for each {name} of the path", {})
    query: Mapping[str, Any] = option("query parameters; an array sends one several times", {})
    headers: Mapping[str, str] = option("headers of this request", {})
    cookies: Mapping[str, str] = option("cookies of this request", {})

    @property
    def path_pattern(self) -> str:
        """The regular expression of every path that it can have."""
        return path_pattern(self.path)

    @property
    def named_parts(self) -> tuple[str, ...]:
        """The names that are filled in in the path."""
        return tuple(NAMED_PART.findall(self.path))


@dataclass(frozen=True, slots=True)
class Answered(Operation):
    """An operation of which the file says how its success is answered."""

    status: int | tuple[int, ...] = option(
        "the status of success, or an array of several", 200, values.statuses
    )

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status of success."""
        return (self.status,) if isinstance(self.status, int) else self.status

    @property
    def expected(self) -> str:
        """The statuses of success, for a person."""
        return " or ".join(map(str, self.statuses))

    def is_success(self, status: int | None) -> bool:
        """Whether an answer with this status did what was asked for."""
        return status in self.statuses


@dataclass(frozen=True, slots=True)
class ValidRequest(Answered):
    """One valid request that makes the service do its job.

    ``heavy`` and ``light`` are fields over those of the body, or of the query where there is no
    body: what makes the job long, and short. Without any of ``body``, ``body_file`` and ``files``
    nothing is sent as a body.
    """

    method: str = option("its HTTP method", "POST", values.method)
    body: Any = option("a body that it accepts: a table, or a text where the encoding is raw", None)
    encoding: str = option(
        "how the body is sent: json, form (URL-encoded), multipart or raw; by default raw with "
        "body_file, multipart with files, else json",
        "",
        values.one_of("", "json", "form", "multipart", "raw"),
    )
    body_file: Path | None = option(
        "a file that is sent as the body: byte for byte, or as the JSON that it holds where the "
        "encoding is json",
        None,
    )
    files: Mapping[str, Path] = option("files sent as parts of a multipart body: name = file", {})
    content_type: str = option(
        "the media type of a raw or JSON body; by default that of its file's name, or "
        "application/json",
        "",
    )
    text: str | None = json_pointer("the user's text in the body", None)
    text_in: str = option(
        "where that text stands instead: in parameters, query, headers or cookies, which the "
        "pointer then starts from; by default in the query of a request that has no body",
        "",
        values.one_of("", "body", "parameters", "query", "headers", "cookies"),
    )
    text_pattern: str = option(
        "the regular expression that a whole text must match to be accepted", "", values.pattern
    )
    text_unique: bool = option("whether a text is accepted once only", False)
    id_form: str = option(
        "what an id that the client chooses looks like, such as note-{number}.txt: {uuid}, {hex} "
        "(32 hexadecimal digits) or {number} in it is new each time",
        "{uuid}",
        values.id_form,
    )
    output: str | None = json_pointer("the text that the service made, in the answer", None)
    heavy: Mapping[str, Any] = option("fields over those of the body that make it long work", {})
    light: Mapping[str, Any] = option("fields over those of the body that make it short work", {})

    @property
    def body_encoding(self) -> str:
        """How the body is sent; empty where nothing is."""
        if self.body is None and self.body_file is None and not self.files:
            return ""
        default = "raw" if self.body_file is not None else "multipart" if self.files else "json"
        return self.encoding or default

    @property
    def content(self) -> Any:
        """What the body is made of, fields and texts put into it: ``body``, or the JSON of a file.

        Raises:
            OSError, ValueError: the file holds none.
        """
        if self.body_file is not None and self.body_encoding == "json":
            return json.loads(self.body_file.read_bytes())
        return self.body

    @property
    def text_place(self) -> str:
        """The key that the text stands under."""
        return self.text_in or ("query" if self.query and not self.body_encoding else "body")

    @property
    def takes_empty_text(self) -> bool:
        """Whether the pattern of its texts allows an empty one."""
        return bool(self.text_pattern) and re.fullmatch(self.text_pattern, "") is not None

    @property
    def takes_id(self) -> bool:
        """Whether the client chooses the id of what it makes."""
        return ID not in self.parameters and ID in self.named_parts


@dataclass(frozen=True, slots=True)
class Update(ValidRequest):
    """The request that changes one record: ``text`` names the user's text in its body."""

    path: str = record_path()
    method: str = option("its HTTP method", "PUT", values.method)
    status: int | tuple[int, ...] = option(
        "the status of success, or an array of several", (200, 204), values.statuses
    )


@dataclass(frozen=True, slots=True)
class Delete(Answered):
    """The request that deletes one record; after 202 (accepted) it may be gone later."""

    path: str = record_path()
    method: str = option("its HTTP method", "DELETE", values.method)
    status: int | tuple[int, ...] = option(
        "the status of success, or an array of several", (200, 202, 204), values.statuses
    )


@dataclass(frozen=True, slots=True)
class Read(Operation):
    """The request that reads one record, answered 200."""

    path: str = record_path()
    record: str | None = json_pointer(
        "the record in the answer; where it stands in that which made it by default", None
    )


@dataclass(frozen=True, slots=True)
class List(Operation):
    """The request that lists records, answered 200.

    What comes behind a page is asked for in one of five ways, by ``before``, ``cursor`` and
    ``next``, ``offset``, ``page`` or ``link``. Without any, only the first page is looked at.
    """

    items: str = json_pointer("the array of records in the answer", "")
    id: str | None = json_pointer(
        "the id in an item of the list; that of the record by default", None
    )
    text: str | None = json_pointer(
        "the user's text in an item of the list; that of the record by default", None
    )
    shows_text: bool = option("whether an item of the list holds the user's text at all", True)
    order: str = option(
        "what it begins with: newest, oldest, or none where it has no order",
        "none",
        values.one_of("newest", "oldest", "none"),
    )
    limit: str = option("the query parameter that says how many", "")
    before: str = option("the query parameter that takes the id to continue before", "")
    cursor: str = option("the query parameter that takes what stands at next", "")
    next: str | None = json_pointer(
        "the next cursor in the answer, or the URL of the next page where there is no cursor", None
    )
    offset: str = option("the query parameter that says how many to leave out", "")
    page: str = option("the query parameter that takes the number of a page", "")
    pages_from_zero: bool = option("whether the first page has the number 0 and not 1", False)
    link: bool = option('whether a Link header (RFC 8288) names the next page, rel="next"', False)
    stable: bool | None = option(
        "whether a walk through its pages meets no record twice while others are added; by default "
        "with before or cursor, and in the order oldest",
        None,
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """The keys that say how its pages are turned."""
        keys = ("cursor", "next", "offset", "page", "link", "before")
        given = tuple(key for key in keys if getattr(self, key) not in (None, "", False))
        return tuple(key for key in given if key != "next" or "cursor" not in given)

    @property
    def is_stable(self) -> bool:
        """Whether its pages stay as they are while records are added."""
        if self.stable is not None:
            return self.stable
        return self.order == "oldest" or bool({"before", "cursor"} & {*self.ways})


@dataclass(frozen=True, slots=True)
class Records:
    """One kind of records that the service keeps; NAME is what you call them.

    Without ``[records.NAME.create]`` the request of ``[work]`` makes one; with ``{id}`` in its path
    the client chooses the id. Of several kinds the first one is judged under every fault; the
    others by the clauses about records themselves and across restarts and new containers.
    """

    id: str = json_pointer("the new record's id in the record", "/id")
    id_header: str = option(
        "the header that holds the id instead, such as Location: the URL that reads the record", ""
    )
    key: str | None = json_pointer(
        "what a record is read by, in the record, where that is not the id", None
    )
    record: str = json_pointer("the record in the answer that made it", "")
    text: str | None = json_pointer("the user's text in a record, as it was made and is read", None)
    varying: tuple[str, ...] = option(
        "JSON pointers to what may differ between the answer that made a record and its reads, or "
        "between two reads; the text only in the former",
        (),
        values.pointers,
    )
    create: ValidRequest | None = option("makes one", None)
    read: Read | None = option("reads one", None)
    list: List | None = option("lists them", None)
    update: Update | None = option("changes one", None)
    delete: Delete | None = option("deletes one", None)

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The requests that are described, by their keys."""
        keys = ("create", "read", "list", "update", "delete")
        found = {key: getattr(self, key) for key in keys}
        return {key: each for key, each in found.items() if each is not None}

    @property
    def item_id(self) -> str:
        """JSON pointer to the id in an item of the list."""
        return self.id if self.list is None or self.list.id is None else self.list.id

    @property
    def item_text(self) -> str | None:
        """JSON pointer to the user's text in an item of the list; None where it holds none."""
        if self.list is None or self.list.text is not None:
            return self.text if self.list is None else self.list.text
        return self.text if self.list.shows_text else None

    @property
    def varying_in_reads(self) -> tuple[str, ...]:
        """JSON pointers to what may differ between two reads."""
        return tuple(each for each in self.varying if each != self.text)

    @property
    def text_when_made(self) -> str | None:
        """JSON pointer to the user's text in the answer that made a record; None if not there."""
        return None if self.text in self.varying else self.text

    @property
    def read_record(self) -> str:
        """JSON pointer to the record in the answer to a read."""
        own = None if self.read is None else self.read.record
        return self.record if own is None else own
