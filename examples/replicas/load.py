"""Clients that ask one thing after another, each time with another prompt, and note the outcome."""

import json
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any, Self

TIMEOUT_SECONDS = 120.0
UNANSWERED_SECONDS = 0.2
#: Of a text, prompt included.
TOKENS = 40
#: What a client does in turn.
KINDS = ("text", "stream", "text", "read")


@dataclass(frozen=True)
class Outcome:
    """One request; times are `time.monotonic`."""

    kind: str
    prompt: str
    began: float
    ended: float
    #: None where no answer began.
    status: int | None
    #: The address that the balancer asked last; None where it did not say.
    replica: str | None
    #: What is stored, of an answer that came to its end.
    record: dict[str, Any] | None
    error: str

    @property
    def answered(self) -> bool:
        return not self.error


class Client:
    """Asks the balancer, on a new connection each time.

    On a kept one HAProxy says nothing where a replica dies before its answer, but closes it, so
    that the client asks again. On a new one it answers 502, and says which replica that was.
    """

    def __init__(self, port: int, key: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._headers = {
            "X-API-Key": key,
            "Content-Type": "application/json",
            "Connection": "close",
        }

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> tuple[int, str | None, Any]:
        """Return status, replica and what the body says; raises OSError, HTTPException."""
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        return response.status, response.getheader("X-Replica"), _parsed(response.read())

    def ask(self, kind: str, prompt: str, known: int | None) -> Outcome:
        """Do one request; a `read` is one of the record that is `known`."""
        began = time.monotonic()
        status: int | None = None
        replica: str | None = None
        record: dict[str, Any] | None = None
        error = ""
        try:
            if kind == "read":
                self._connection.request("GET", f"/history/{known}", headers=self._headers)
            else:
                content = {"prompt": prompt, "max_length": TOKENS, "stream": kind == "stream"}
                self._connection.request("POST", "/generate", json.dumps(content), self._headers)
            response = self._connection.getresponse()
            status, replica = response.status, response.getheader("X-Replica")
            body = response.read()
            if status != 200:
                error = f"{status} {body[:200]!r}"
            else:
                record = _streamed(body) if kind == "stream" else _parsed(body)
                if record is None:
                    error = f"no record: {body[-200:]!r}"
        except (OSError, HTTPException) as failure:
            error = f"{type(failure).__name__}: {failure}"
            self._connection.close()
        return Outcome(kind, prompt, began, time.monotonic(), status, replica, record, error)


class Load:
    """`clients` at once, while the context lasts."""

    def __init__(self, port: int, key: str, clients: int) -> None:
        self._outcomes: list[Outcome] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(Client(port, key), number), daemon=True)
            for number in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let the requests in hand end, and begin no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def outcomes(self) -> list[Outcome]:
        """Return what has ended so far."""
        return list(self._outcomes)

    def ended_since(self, moment: float) -> list[Outcome]:
        return [each for each in self.outcomes() if each.ended >= moment]

    def _ask(self, client: Client, number: int) -> None:
        known: int | None = None
        for turn in count():
            if self._stop.is_set():
                break
            kind = KINDS[turn % len(KINDS)]
            if kind == "read" and known is None:
                continue
            outcome = client.ask(kind, f"Client {number}, request {turn}: the lighthouse", known)
            self._outcomes.append(outcome)
            if outcome.status is None:
                # Nobody answers: not again at once.
                self._stop.wait(UNANSWERED_SECONDS)
            if outcome.record is not None:
                known = outcome.record["id"]
        client.close()


def history(client: Client) -> list[dict[str, Any]]:
    """Return every record, newest first; raises OSError, HTTPException."""
    records: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next_before": None}
    while not records or page["next_before"] is not None:
        before = "" if page["next_before"] is None else f"&before={page['next_before']}"
        status, _, page = client.get(f"/history?limit=100{before}")
        if status != 200:
            raise OSError(f"the history cannot be read: {status} {page}")
        if not page["items"]:
            break
        records += page["items"]
    return records


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _streamed(body: bytes) -> Any:
    """Return the record that ends a stream; None where it ends otherwise."""
    name, _, data = body.strip().rpartition(b"\n\n")[2].partition(b"\n")
    return _parsed(data.removeprefix(b"data: ")) if name == b"event: record" else None
