"""The good toy service: it keeps every promise, starts at once and "generates" words by hashing.

``python -m apps.good`` runs it. A broken service is a file beside it that overrides the one thing
that it does wrong. Settings come from the environment: ``PORT``, ``HOST``, ``WORKERS`` (a number,
or ``max``), ``DATA`` (folder), ``MODEL`` (a file that must be there).
"""

import json
import os
import re
import sqlite3
import sys
import time
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from apps.document import openapi
from apps.prefork import Handler, Master, Settings, log
from apps.store import Store
from apps.writing import Wish, Written, is_wish, written

FORBIDDEN = ("hate", "violence")
MODEL = "echo"
PROMPT_CHARACTERS = 500
STEPS_MOST = 200
STEP_SECONDS = 0.001
JSON = "application/json"
REQUEST_ID = re.compile("[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.response = Response(status, {"detail": detail})


class Service:
    """Answers requests; every method is one promise that a broken service may override."""

    store_class: type[Store] = Store
    handler_class: type[Handler] = Handler

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = self.opened(settings)
        self.model = settings.model.read_text(encoding="utf-8") if settings.model else "echo"

    def opened(self, settings: Settings) -> Store:
        """The store, or one line and the end."""
        try:
            return self.store_class(settings.data)
        except sqlite3.OperationalError as error:
            log("error", f"DATA is {str(settings.data)!r}: {error}")
            sys.exit(2)

    def kept_out(self, _path: str, _headers: Mapping[str, str], _query: str) -> Response | None:
        """What a request gets that is not let in; everybody is."""
        return None

    def every_header(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """What every answer carries, to a request with the headers ``given``."""
        return {
            "X-Request-ID": self.request_id(given.get("X-Request-ID", "")),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }

    def request_id(self, given: str) -> str:
        """The client's own id where it is well-formed, or a new one."""
        return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        """Route one request."""
        routes = self.routes()
        record = re.fullmatch(r"/records/([^/]+)", path)
        template = "/records/{record_id}" if record else path
        if template not in routes:
            return self.unknown_path()
        if method not in routes[template]:
            return self.wrong_method(tuple(routes[template]))
        try:
            if record:
                return self.read(record[1])
            if template == "/say":
                return self.say(self.parse(body))
            if template == "/records":
                return self.list(query)
            return {"/": self.root, "/health": self.health, "/openapi.json": self.document}[path]()
        except Refused as refused:
            return refused.response
        except sqlite3.OperationalError as error:
            return self.unwritable(error)

    def unwritable(self, error: sqlite3.OperationalError) -> Response:
        """Refuse what the database cannot do for a while."""
        log("warning", f"the database failed: {error}")
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            return Response(507, {"detail": "no room for another record"})
        return Response(503, {"detail": "the records cannot be reached for a while"})

    def routes(self) -> dict[str, tuple[str, ...]]:
        """The methods of every path."""
        described = openapi()["paths"]
        methods = {path: tuple(name.upper() for name in each) for path, each in described.items()}
        return {**methods, "/openapi.json": ("GET",)}

    def unknown_path(self) -> Response:
        return Response(404, {"detail": "Not Found"})

    def wrong_method(self, allowed: tuple[str, ...]) -> Response:
        return Response(405, {"detail": "Method Not Allowed"}, {"Allow": ", ".join(allowed)})

    def unreadable(self) -> Response:
        return Response(400, {"detail": "nobody can say where the body ends"})

    def root(self) -> Response:
        return Response(200, {"message": "Say something", "status": "running"})

    def health(self) -> Response:
        disk = os.statvfs(self.settings.data)
        if disk.f_blocks and not disk.f_bavail:
            raise Refused(503, "the disk is full")
        return Response(200, {"status": "healthy", "model_loaded": True})

    def document(self) -> Response:
        return Response(200, openapi())

    def parse(self, body: bytes) -> dict[str, Any]:
        """The body of a create request, checked against its schema."""
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refused(422, "the body is not JSON") from None
        known = {"prompt", "steps", "model", *Wish.__dataclass_fields__}
        if not isinstance(data, dict) or not data.keys() <= known:
            raise Refused(422, f"the body is not an object of {', '.join(sorted(known))}")
        prompt, steps, model = data.get("prompt"), data.get("steps", 20), data.get("model", MODEL)
        if not isinstance(prompt, str) or not self.fits(prompt):
            raise Refused(422, f"prompt is not 1 to {PROMPT_CHARACTERS} characters of text")
        if isinstance(steps, float) and steps.is_integer():
            steps = int(steps)
        if type(steps) is not int or not 1 <= steps <= STEPS_MOST:
            raise Refused(422, f"steps is no whole number from 1 to {STEPS_MOST}")
        wish = {name: data[name] for name in Wish.__dataclass_fields__ if name in data}
        if not isinstance(model, str) or not is_wish(wish):
            raise Refused(422, "model, seed, stop, n, temperature or details is not as documented")
        if not self.has_model(model):
            raise Refused(404, "no such model")
        return {"prompt": prompt, "steps": steps, **wish}

    def has_model(self, model: str) -> bool:
        """Whether a model is the one that is served."""
        return model == MODEL

    def fits(self, prompt: str) -> bool:
        """Whether a prompt is text of an allowed length; a lone surrogate is no text."""
        return 1 <= len(prompt) <= PROMPT_CHARACTERS and not re.search("[\ud800-\udfff]", prompt)

    def forbidden(self, prompt: str) -> bool:
        """Whether a forbidden word stands in the prompt, in any case and form."""
        seen = self.folded(self.visible(prompt))
        return any(re.search(rf"\b{word}\b", seen, re.IGNORECASE) for word in FORBIDDEN)

    def visible(self, prompt: str) -> str:
        """A prompt without the characters that nobody sees."""
        return re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", prompt)

    def folded(self, prompt: str) -> str:
        """A prompt in the one form of its characters that words are written in."""
        return unicodedata.normalize("NFKC", prompt)

    def say(self, wanted: dict[str, Any]) -> Response:
        """Make a record; its ``steps`` take their time, as a model's do."""
        if self.forbidden(wanted["prompt"]):
            raise Refused(400, "the prompt holds a forbidden word")
        made = self.write(wanted)
        time.sleep(wanted["steps"] * STEP_SECONDS)
        record = self.store.add(wanted["prompt"], made.texts[0])
        return Response(200, {**record, **(made.details() if wanted.get("details") else {})})

    def write(self, wanted: dict[str, Any]) -> Written:
        """The texts that a request asks for."""
        wish = Wish(**{name: wanted[name] for name in Wish.__dataclass_fields__ if name in wanted})
        return written(wanted["prompt"], wanted["steps"], wish)

    def read(self, record_id: str) -> Response:
        record = self.store.get(record_id)
        if record is None:
            raise Refused(404, "no such record")
        return Response(200, record)

    def list(self, query: str) -> Response:
        given = parse_qs(query, keep_blank_values=True)
        limit, before = given.get("limit", ["50"])[-1], given.get("before", [None])[-1]
        if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= 100:
            raise Refused(422, "limit is no whole number from 1 to 100")
        return Response(200, self.store.newest(int(limit), before))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


if __name__ == "__main__":
    Master(Service).run()
