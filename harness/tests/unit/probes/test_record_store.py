"""Work is sent, and records are made and read, as boxproof.toml describes them."""

import json
from pathlib import Path
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import Server, served

from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.config.options import Config, Service
from boxproof.core.breaches import UnusableAnswer
from boxproof.core.errors import ConfigError
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work

CHAT = ValidRequest(
    "/chat",
    body={"messages": [{"role": "user", "content": "Hello"}], "size": 3},
    text="/messages/0/content",
    heavy={"size": 9},
)


class Echo:
    """Answers every request with what is given to it, else with what was sent."""

    def __init__(self, status: int, answer: Any) -> None:
        self.status = status
        self.answer = answer
        self.asked: list[tuple[str, str, Any]] = []

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        """The same for all."""
        del query
        sent = json.loads(body) if body else None
        self.asked.append((method, path, sent))
        return Response(self.status, self.answer)


def client_of(server: Server, journal: Journal) -> Client:
    """A client of a server."""
    return Client(lambda: Endpoint(server.url), journal)


def config(**more: Any) -> Config:
    """A service whose work is a chat."""
    return Config(root=Path(), service=Service("chat", 1), work=CHAT, **more)


def test_a_text_is_put_where_the_file_says(journal: Journal) -> None:
    """Deep in the body, whose other parts stay; the configuration is not changed by it."""
    echo = Echo(200, {})
    with served(echo.respond) as server:
        work = Work(client_of(server, journal), CHAT)
        work.send("Bye", size=1, timeout_seconds=0.001)
        work.send()
    assert echo.asked[0][2] == {
        "messages": [{"role": "user", "content": "Bye"}],
        "size": 1,
        "timeout_seconds": 0.001,
    }
    assert echo.asked[1][2] == CHAT.body
    assert json.loads(work.request(CHAT.heavy).content) == {**CHAT.body, "size": 9}


def test_records_with_a_request_of_their_own_are_not_made_by_the_work(journal: Journal) -> None:
    """And their id may stand anywhere, also be the whole answer."""
    echo = Echo(201, "n/7")
    kind = Records(id="", create=ValidRequest("/notes", status=201), read=Read("/notes/{id}"))
    with served(echo.respond) as server:
        store = RecordStore.over(client_of(server, journal), config(records={"notes": kind}))
        made = store.create()
        store.read(made.id)
    assert made.id == "n/7"
    assert [each[:2] for each in echo.asked] == [("POST", "/notes"), ("GET", "/notes/n%2F7")]


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, {"text": "Hi"}, "the answer holds nothing at '/id'"),
        (200, [], "the answer holds nothing at '/id'"),
        (500, {"id": 1}, "a valid request to make a record returned 500"),
    ],
)
def test_what_an_answer_lacks_is_told_with_the_answer(
    journal: Journal, status: int, answer: Any, said: str
) -> None:
    """Never a KeyError, and nothing is taken for a record."""
    with served(Echo(status, answer).respond) as server:
        store = RecordStore.over(client_of(server, journal), config(records={"x": Records()}))
        with pytest.raises(UnusableAnswer) as caught:
            store.create()
    assert caught.value.summary == said
    assert any(f"→ {status}" in line for line in caught.value.evidence)


def test_what_the_file_does_not_describe_is_one_line(journal: Journal) -> None:
    """For a team's own test, which may ask for anything."""
    client = Client(lambda: Endpoint("http://127.0.0.1:1"), journal)
    with pytest.raises(ConfigError, match=r"describes no records; \[records.NAME\] does"):
        RecordStore.over(client, config())
    store = RecordStore.over(client, config(records={"notes": Records()}))
    with pytest.raises(ConfigError, match="how a record is read"):
        store.read(1)
    with pytest.raises(ConfigError, match="how records are listed"):
        store.list(1)
