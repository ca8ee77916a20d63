"""One service for each input that software is known to fail on; each fails on that alone.

What it does wrong is what its library does by itself where nobody catches it.
"""

import gzip
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from apps.good import Refused, Response, Service
from apps.schema.serving import Asked

#: So often may Python's parser of JSON call itself, at most.
LEVELS = 995
#: What a framework answers for an error that nobody caught.
FAILED = Response(500, {"detail": "Internal Server Error"})


class Careless(Service):
    """Answers with a server error where :meth:`look` raises one."""

    def answer(self, asked: Asked) -> Response:
        """Answer a request of which everything is known."""
        try:
            self.look(asked)
        except (ValueError, LookupError, OverflowError, RecursionError, OSError):
            return FAILED
        return self.respond(asked.method, asked.path, asked.query, asked.body)

    def look(self, asked: Asked) -> None:
        """Fail on one thing."""

    @staticmethod
    def text(asked: Asked) -> str:
        """The text of a body; empty where it has none."""
        try:
            prompt = json.loads(asked.body)["prompt"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return ""
        return prompt if isinstance(prompt, str) else ""


class StoresNul(Careless):
    """PostgreSQL's text takes no NUL."""

    def look(self, asked: Asked) -> None:
        if "\0" in self.text(asked):
            raise ValueError("a string literal cannot contain NUL (0x00) characters")


class EncodesText(Careless):
    """A lone surrogate cannot be encoded."""

    def look(self, asked: Asked) -> None:
        self.text(asked).encode("utf-8")


class CountsWords(Careless):
    """White space alone has no first word."""

    def look(self, asked: Asked) -> None:
        text = self.text(asked)
        if text:
            text.split()[0]


class ReadsDigits(Careless):
    """Python makes no integer of more than 4,300 digits, and says so by a ValueError."""

    def look(self, asked: Asked) -> None:
        for number in re.findall(b"[0-9]+", asked.body):
            int(number)


class GoesDeep(Careless):
    """A parser calls itself for every level."""

    def look(self, asked: Asked) -> None:
        if asked.body.count(b"[") > LEVELS:
            raise RecursionError


class EchoesInfinity(Careless):
    """A refusal repeats what was refused, and 1e999 is no number in JSON."""

    def look(self, asked: Asked) -> None:
        try:
            read = json.loads(asked.body, parse_constant=str)
        except (ValueError, RecursionError):
            return
        json.dumps(read, allow_nan=False)


class TrustsCharsets(Careless):
    """Nobody knows every charset that a client names."""

    def look(self, asked: Asked) -> None:
        charset = re.search("charset=([^;]+)", asked.headers.get("content-type", ""))
        asked.body.decode(charset[1] if charset else "utf-8", "replace")


class NeedsMediaType(Careless):
    """A client need not say what its body is."""

    def look(self, asked: Asked) -> None:
        if asked.path == "/say":
            asked.headers["content-type"]


class NeedsBoundary(Careless):
    """A multipart body may lack its boundary."""

    def look(self, asked: Asked) -> None:
        named = asked.headers.get("content-type", "")
        if named.startswith("multipart/"):
            named.split("boundary=")[1]


class Unzips(Careless):
    """What is called gzip need not be."""

    def look(self, asked: Asked) -> None:
        if asked.headers.get("content-encoding") == "gzip":
            gzip.decompress(asked.body)


class NeedsBody(Careless):
    """An empty body has no first byte."""

    def look(self, asked: Asked) -> None:
        if asked.method == "POST" and asked.path == "/say":
            asked.body[0]


class DecodesPaths(Careless):
    """A path need not be UTF-8."""

    def look(self, asked: Asked) -> None:
        unquote_to_bytes(asked.path).decode("utf-8")


class NumbersIds(Careless):
    """SQLite's integers have 64 bits."""

    def look(self, asked: Asked) -> None:
        id = asked.path.removeprefix("/records/")
        if id.isdecimal() and int(id) >= 2**63:
            raise OverflowError("Python int too large to convert to SQLite INTEGER")


class NumbersLimits(Careless):
    """As with ids, in a query."""

    def look(self, asked: Asked) -> None:
        limit = re.search("limit=([0-9]+)", asked.query)
        if limit and int(limit[1]) >= 2**63:
            raise OverflowError("Python int too large to convert to SQLite INTEGER")


class ReadsDates(Careless):
    """A date in a header need not be one."""

    def look(self, asked: Asked) -> None:
        since = asked.headers.get("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT")
        since.split()[4]


class ReadsRanges(Careless):
    """A range in a header need not be one."""

    def look(self, asked: Asked) -> None:
        for each in asked.headers.get("range", "").removeprefix("bytes=").split(","):
            [int(end) for end in each.split("-") if end]


class ServesFiles(Careless):
    """What lies above a folder is not in it."""

    def unknown_path(self) -> Response:
        users = b"root:x:0:0:root:/root:/bin/bash\n"
        return (
            Response(200, users, {"Content-Type": "text/plain"})
            if self.above
            else super().unknown_path()
        )

    def look(self, asked: Asked) -> None:
        self.above = b"../" in unquote_to_bytes(asked.path)


class TellsNaN(Careless):
    """A refusal repeats what was refused: a parser that takes NaN has one to repeat."""

    def parse(self, body: bytes) -> dict[str, Any]:
        if b"NaN" in body:
            raise Refused(422, float("nan"))  # type: ignore[arg-type]
        return super().parse(body)


#: What each fails on: the rows by name, and by which clause.
ANSWERED, SHOWN, SHAPED = (
    "schema.inputs-answered",
    "schema.inputs-show-nothing",
    "schema.input-errors-documented",
)
FAILS_ON: Mapping[type[Careless], tuple[str, set[str]]] = {
    StoresNul: (ANSWERED, {"a text of NUL"}),
    EncodesText: (
        ANSWERED,
        {"a text of a lone surrogate", "a surrogate in UTF-8 for the text"},
    ),
    CountsWords: (ANSWERED, {"a text of white space alone"}),
    ReadsDigits: (
        ANSWERED,
        {"an integer of 5,000 digits for the text", "an integer of 5,000 digits for steps"},
    ),
    GoesDeep: (
        ANSWERED,
        {
            "a body of 1,000 levels",
            "a body of 100,000 levels",
            "1,000 levels under another name",
            "an array of 1,000 levels for the text",
        },
    ),
    EchoesInfinity: (
        ANSWERED,
        {"a number beyond every float for the text", "a number beyond every float for steps"},
    ),
    TrustsCharsets: (ANSWERED, {"an unknown charset", "the charset base64"}),
    NeedsMediaType: (ANSWERED, {"no media type"}),
    NeedsBoundary: (ANSWERED, {"multipart without a boundary"}),
    Unzips: (ANSWERED, {"a body that only claims to be gzip"}),
    NeedsBody: (ANSWERED, {"an empty body"}),
    DecodesPaths: (
        ANSWERED,
        {"a path that is not UTF-8", "bytes that are not UTF-8 for an id of sayings"},
    ),
    NumbersIds: (ANSWERED, {"an integer of 30 digits for an id of sayings"}),
    NumbersLimits: (ANSWERED, {"an integer of 30 digits for limit of sayings"}),
    ReadsDates: (ANSWERED, {"an invalid date"}),
    ReadsRanges: (ANSWERED, {"an invalid Range"}),
    ServesFiles: (
        SHOWN,
        {
            "a path that goes up",
            "a path that goes up, its dots escaped",
            "a path that goes up, its slashes escaped",
        },
    ),
    TellsNaN: (SHAPED, {"NaN for the text", "NaN for steps"}),
}
