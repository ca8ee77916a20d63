"""One toy service that speaks every style of operation that ``boxproof.toml`` can describe.

``STYLE='{"encoding": "form", "status": 201}' PORT=8000 python -m apps.styles`` runs it; each key is
a field of :class:`Style`. It is strict: what is not sent as its style says is refused.
"""

import base64
import email
import email.policy
import itertools
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import FrameType
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode

from apps.good import Refused, Response
from apps.schema.serving import NOTHING, Asked, Server

MOST = 100


@dataclass(frozen=True)
class Style:
    """How the service wants to be spoken to, how it answers, and the one thing that it does wrong.

    Attributes:
        path: of what makes a record; ``{id}`` in it is chosen by the client.
        encoding: of the body; empty where the text stands in the query alone.
        text: the name of the text in the body, or in what ``text_in`` says.
        chat: the text stands in the last message of several.
        image: a file must come beside the text.
        wants: query parameters, headers and cookies that must be there.
        reads_want: those that must be there where records are read or listed.
        reads_by: the method of a read and of a list.
        id_pattern: of an id that the client chooses; another is refused.
        answers: with the record, or with its id in ``Location`` alone, or without its text, or with
            nothing.
        lists_texts: whether an item of the list holds the text.
        envelope: a key that a record stands under in every answer.
        key: what a record is read by.
        varies: whether each read says otherwise how often it was read.
        order: of the list: newest, oldest or none.
        paging: before, cursor, next, offset, page, link or none.
        breaks: what it does wrong.
    """

    method: str = "POST"
    path: str = "/say"
    encoding: str = "json"
    text: str = "prompt"
    text_in: str = "body"
    chat: bool = False
    image: bool = False
    wants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reads_want: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reads_by: str = "GET"
    pattern: str = ""
    unique: bool = False
    status: int = 200
    id_pattern: str = ".*"
    answers: str = "record"
    lists_texts: bool = True
    envelope: str = ""
    key: str = "id"
    varies: bool = False
    order: str = "newest"
    paging: str = "before"
    breaks: str = ""


class Styled:
    """Answers requests in one style; keeps its records in memory."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.lock = threading.Lock()
        self.records: list[dict[str, Any]] = []
        #: What was deleted, and every text as it was made: what a cache may still have.
        self.deleted: list[dict[str, Any]] = []
        self.made: dict[str, str] = {}
        self.numbers = itertools.count(1)
        self.reads = itertools.count(1)

    def answer(self, asked: Asked) -> Response:
        """Route one request."""
        path, _, query = asked.target.partition("?")
        given = parse_qs(query, keep_blank_values=True)
        made = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.style.path), path)
        one = re.fullmatch("/records/([^/]+)", path)
        try:
            if (one or path == "/records") and asked.method == self.style.reads_by:
                self.within(asked, given, {}, self.style.reads_want)
            with self.lock:
                if made is not None and asked.method == self.style.method:
                    parts = {name: unquote(part) for name, part in made.groupdict().items()}
                    return self.make(asked, given, parts)
                if one is not None:
                    return self.one(asked, unquote(one[1]))
                if path == "/records" and asked.method == self.style.reads_by:
                    return self.page({name: values[-1] for name, values in given.items()})
        except Refused as refused:
            return refused.response
        if path == "/health":
            return Response(200, {"status": "healthy"})
        return Response(404, {"detail": "Not Found"})

    def make(self, asked: Asked, query: dict[str, list[str]], parts: dict[str, str]) -> Response:
        """Make a record."""
        style = self.style
        within = self.within(asked, query, parts, style.wants)
        text = (
            self.body(asked) if style.text_in == "body" else within[style.text_in].get(style.text)
        )
        if not isinstance(text, str) or not text:
            raise Refused(422, "there is no text")
        if style.pattern and not re.fullmatch(style.pattern, text):
            raise Refused(422, f"{text!r} does not match {style.pattern}")
        if style.unique and any(each["prompt"] == text for each in self.records):
            raise Refused(409, "there is such a text already")
        number = next(self.numbers)
        id = parts.get("id", f"r{number}")
        if not re.fullmatch(style.id_pattern, id):
            raise Refused(422, f"{id!r} does not match {style.id_pattern}")
        record = {"id": id, "slug": f"s-{number}", "number": number, "prompt": text}
        self.made[id] = text
        if style.breaks != "forgets" or number % 3:
            self.records.append(record)
        shown = {**self.shown(record)}
        if style.answers == "textless":
            shown["prompt"] = None
        if style.answers == "location":
            where = quote(str(record[style.key]), safe="")
            return Response(style.status, NOTHING, {"Location": f"/records/{where}"})
        return Response(style.status, NOTHING if style.answers == "nothing" else shown)

    @staticmethod
    def within(
        asked: Asked,
        query: dict[str, list[str]],
        parts: dict[str, str],
        wants: Mapping[str, Mapping[str, str]],
    ) -> dict[str, Mapping[str, str]]:
        """What a request has beside its body, where it has what is wanted."""
        cookies = {
            each.key: each.value for each in SimpleCookie(asked.headers.get("cookie", "")).values()
        }
        within: dict[str, Mapping[str, str]] = {
            "query": {name: values[-1] for name, values in query.items()},
            "headers": asked.headers,
            "cookies": cookies,
            "parameters": parts,
        }
        for place, wanted in wants.items():
            for name, value in wanted.items():
                if within[place].get(name) != value:
                    raise Refused(422, f"{name} is not {value!r} in {place}")
        return within

    def body(self, asked: Asked) -> Any:
        """The text in the body."""
        style, kind = self.style, asked.headers.get("content-type", "")
        wanted = {
            "json": "application/json",
            "form": "application/x-www-form-urlencoded",
            "multipart": "multipart/form-data",
            "raw": "text/plain",
            "file": "image/png",
        }[style.encoding]
        if not kind.startswith(wanted):
            raise Refused(415, f"{kind!r} is not {wanted}")
        if style.encoding == "json":
            data = json.loads(asked.body)
            return data["messages"][-1]["content"] if style.chat else data.get(style.text)
        if style.encoding == "form":
            return parse_qs(asked.body.decode()).get(style.text, [None])[-1]
        if style.encoding == "raw":
            return asked.body.decode()
        if style.encoding == "file":
            return base64.b64encode(asked.body).decode()
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        parts = email.message_from_bytes(head + asked.body, policy=email.policy.HTTP)
        found = {
            each.get_param("name", header="content-disposition"): each for each in parts.walk()
        }
        image = found.get("image")
        if style.image and (image is None or image.get_content_type() != "image/png"):
            raise Refused(422, "there is no image")
        return found[style.text].get_content().rstrip("\r\n") if style.text in found else None

    def shown(self, record: dict[str, Any]) -> Any:
        """A record as an answer holds it."""
        made = {**record, **({"reads": next(self.reads)} if self.style.varies else {})}
        return {self.style.envelope: made} if self.style.envelope else made

    def one(self, asked: Asked, key: str) -> Response:
        """Read, change or remove one record."""
        kept = self.records
        if asked.method == self.style.reads_by and self.style.breaks == "reads-deleted":
            kept = [*kept, *self.deleted]
        found = [each for each in kept if str(each[self.style.key]) == key]
        if not found and asked.method == "DELETE" and self.style.breaks == "fails-on-unknown":
            raise Refused(500, "KeyError")
        if not found:
            raise Refused(404, "no such record")
        if asked.method == "DELETE":
            return self.delete(found[0])
        if asked.method == "PATCH":
            return self.update(found[0], json.loads(asked.body)["prompt"])
        if asked.method != self.style.reads_by:
            raise Refused(405, "Method Not Allowed")
        return Response(200, self.shown(self.as_read(found[0])))

    def delete(self, record: dict[str, Any]) -> Response:
        """Remove one record."""
        if self.style.breaks == "deletes-older":
            del self.records[: self.records.index(record)]
        if self.style.breaks != "delays-changes":
            self.records.remove(record)
        self.deleted.append(record)
        return Response(202 if self.style.breaks == "delays-changes" else 204, NOTHING)

    def update(self, record: dict[str, Any], text: str) -> Response:
        """Change one record."""
        if self.style.breaks == "delays-changes":
            return Response(202, NOTHING)
        for each in self.records if self.style.breaks == "updates-all" else [record]:
            each["prompt"] = text
        return Response(200, self.shown(record))

    def as_read(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record as its read shows it."""
        if self.style.breaks == "alters":
            return {**record, "prompt": record["prompt"].upper() + "?"}
        if self.style.breaks == "reads-old":
            return {**record, "prompt": self.made[record["id"]]}
        return record

    def page(self, given: dict[str, str]) -> Response:
        """One page."""
        style, limit = self.style, min(MOST, int(given.get("limit", "5")))
        every = list(self.records)
        if style.breaks == "lists-deleted":
            every = sorted([*every, *self.deleted], key=lambda each: int(each["number"]))
        if style.breaks == "lists-old":
            every = [{**each, "prompt": self.made[each["id"]]} for each in every]
        if (style.order == "newest") != (style.breaks == "reverses"):
            every.reverse()
        if style.order == "none":
            every.sort(key=lambda each: hash((each["number"] * 7919) % 1009))
        if not style.lists_texts:
            every = [{**each, "prompt": None} for each in every]
        start = self.start(given, every, limit)
        items = every[start : start + limit]
        behind = start + limit + (style.breaks == "skips")
        more = behind < len(every)
        page: dict[str, Any] = {"items": [self.shown(each) for each in items], "next": None}
        headers = {}
        if more and style.paging == "cursor":
            page["next"] = self.cursor(every[behind - 1])
        if more and style.paging == "next":
            page["next"] = f"/records?{urlencode({'limit': limit, 'from': every[behind]['id']})}"
        if more and style.paging == "link":
            target = f"?{urlencode({'limit': limit, 'from': every[behind]['id']})}"
            headers["Link"] = f'</records>; rel="first", <{target}>; title="a, b"; rel="next last"'
        return Response(200, page, headers)

    def start(self, given: dict[str, str], every: list[dict[str, Any]], limit: int) -> int:
        """Where a page begins."""
        places = {each["id"]: place for place, each in enumerate(every)}
        skip = self.style.breaks == "skips"
        match self.style.paging:
            case "before" if "before" in given:
                return places[given["before"]] + 1 + skip
            case "cursor" if "cursor" in given:
                return places[base64.b64decode(given["cursor"]).decode()] + 1
            case "next" | "link" if "from" in given:
                return places[given["from"]]
            case "offset":
                offset = int(given.get("offset", "0"))
                return offset + (skip and offset > 0)
            case "page":
                page = int(given.get("page", "1"))
                return (page - 1) * limit + (skip and page > 1)
        return 0

    def cursor(self, record: dict[str, Any]) -> str:
        """What names the place behind a record."""
        return base64.b64encode(record["id"].encode()).decode()


def main() -> None:
    """Serve until SIGTERM."""
    style = Style(**json.loads(os.environ.get("STYLE", "{}")))
    with Server(Styled(style).answer, int(os.environ["PORT"])) as server:

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        server.serve_forever(0.02)
    sys.exit(0)


if __name__ == "__main__":
    main()
