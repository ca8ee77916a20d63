"""Clients that send nothing, too slowly or too many, or that do not read, under gunicorn."""

import asyncio
import json
import select
import socket
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from serving import Serve, read_response
from uvicorn import Config
from uvicorn.server import ServerState

from gpt2_service.draining import Draining
from gpt2_service.http_protocol import HttpProtocol
from gpt2_service.settings import Settings

GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
# What `MAX_CONNECTIONS` may be at least.
CONNECTIONS = 16


@pytest.mark.parametrize(
    ("start", "shape"),
    [
        (GET, {"detail"}),
        (POST + b"Content-Length: 20\r\n\r\n{", {"detail"}),
        (
            POST.replace(b"/generate", b"/v1/completions")
            + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
            {"error"},
        ),
    ],
    ids=["head", "body", "chunk"],
)
def test_a_request_that_does_not_end_is_408(serve: Serve, start: bytes, shape: set[str]) -> None:
    """In its path's shape, and its connection is closed; others are answered meanwhile."""
    server = serve(CLIENT_TIMEOUT_SECONDS="1").wait_until_ready()
    with server.connect() as connection:
        connection.sendall(start)
        assert server.get("/health")[0] == 200
        head, body = read_response(connection)
    assert head.startswith(b"HTTP/1.1 408 ")
    assert set(json.loads(body)) == shape
    assert b"the request was not complete within 1 seconds" in body


def test_a_second_request_has_the_same_time_as_the_first(serve: Serve) -> None:
    """uvicorn's own limit of an idle connection ends with the first byte of what follows."""
    server = serve(CLIENT_TIMEOUT_SECONDS="1").wait_until_ready()
    with server.connect() as connection:
        connection.sendall(GET + b"\r\n" + GET)
        with connection.makefile("rb") as stream:
            answers = stream.read()
    assert answers.count(b"HTTP/1.1 200 ") == 1
    assert answers.count(b"HTTP/1.1 408 ") == 1


def test_a_silent_connection_is_closed(serve: Serve) -> None:
    """Nothing was asked, so nothing is answered."""
    server = serve(CLIENT_TIMEOUT_SECONDS="1").wait_until_ready()
    with server.connect() as connection:
        assert connection.recv(1) == b""


def test_the_time_of_a_request_in_hand_is_not_its_clients(serve: Serve) -> None:
    """A text may take longer than a client has for its request."""
    server = serve(CLIENT_TIMEOUT_SECONDS="1", SCRIPTED_SECONDS_PER_TOKEN="0.03")
    with server.wait_until_ready().begin_generate(prompt="slow", max_length=100) as connection:
        assert read_response(connection)[0].startswith(b"HTTP/1.1 200 ")


def test_a_client_that_does_not_read_is_given_up(serve: Serve) -> None:
    """What waits for it in memory is gone with its connection."""
    server = serve(CLIENT_TIMEOUT_SECONDS="1", API_KEYS="").wait_until_ready()
    with server.connect() as connection:
        # More than the buffers of both ends hold.
        connection.setblocking(False)
        sent = 0
        ask = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ended = select.poll()
        ended.register(connection, select.POLLHUP | select.POLLERR)
        while not ended.poll(20):
            try:
                sent += connection.send(ask * 20)
            except (BlockingIOError, ConnectionError):
                continue
        assert sent > 0
    assert server.get("/health")[0] == 200


def test_the_rest_of_a_response_that_is_not_read_is_given_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is more than the kernel takes, and less than what the event loop tells of."""
    hasty = replace(settings, client_timeout_seconds=0)
    monkeypatch.setattr("gpt2_service.http_protocol.settings_or_exit", lambda: hasty)
    body = b"x" * 32_000

    async def answer(_scope: Any, _receive: Any, send: Any) -> None:
        length = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": body})

    async def look(served: socket.socket) -> None:
        gone = asyncio.Event()
        config = Config(answer, lifespan="off", ws="none")
        connect = partial(HttpProtocol, config, ServerState(), {}, closed=gone.set)
        transport, protocol = await asyncio.get_running_loop().connect_accepted_socket(
            partial(connect, worker_ends=lambda: False, draining=Draining()), served
        )
        try:
            async with asyncio.timeout(10):
                while not gone.is_set():
                    if transport.is_closing():
                        protocol.give_up_if_slow()
                    await asyncio.sleep(0.01)
        finally:
            transport.abort()

    client, served = socket.socketpair()
    served.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    with client, served:
        client.sendall(GET + b"Connection: close\r\n\r\n")
        asyncio.run(look(served))
        # It had its answer's beginning.
        assert client.recv(12) == b"HTTP/1.1 200"


def test_the_longest_silent_connection_makes_room(serve: Serve) -> None:
    """Not the one whose request is in hand, which is older than all."""
    server = serve(MAX_CONNECTIONS=str(CONNECTIONS), SCRIPTED_SECONDS_PER_TOKEN="0.02")
    server.wait_until_ready()
    with ExitStack() as stack:
        busy = stack.enter_context(server.begin_generate(prompt="in hand", max_length=100))
        silent = [stack.enter_context(server.connect()) for _ in range(3 * CONNECTIONS)]
        assert server.get("/health")[0] == 200
        # Those closed are the first that came.
        assert [silent[number].recv(1) for number in range(2 * CONNECTIONS)] == [b""] * (
            2 * CONNECTIONS
        )
        silent[-1].sendall(GET + b"Connection: close\r\n\r\n")
        assert read_response(silent[-1])[0].startswith(b"HTTP/1.1 200 ")
        assert read_response(busy)[0].startswith(b"HTTP/1.1 200 ")


def test_a_connection_too_many_waits_until_there_is_room(serve: Serve) -> None:
    """Where all others have a request in hand, none of them pays for it."""
    server = serve(MAX_CONNECTIONS=str(CONNECTIONS), SCRIPTED_SECONDS_PER_TOKEN="0.02")
    server.wait_until_ready()
    with ExitStack() as stack:
        busy = [
            stack.enter_context(server.begin_generate(prompt="in hand", max_length=100))
            for _ in range(CONNECTIONS)
        ]
        assert server.get("/health")[0] == 200
        for each in busy:
            assert read_response(each)[0].startswith(b"HTTP/1.1 200 ")
