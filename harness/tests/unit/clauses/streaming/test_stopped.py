"""Streams in hand at SIGTERM: which of them looks complete and is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.clauses.streaming.stopped import stopped_as_promised
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Service
from boxproof.config.text_generation import Generation
from boxproof.config.text_streaming import Streaming
from boxproof.core.breaches import Breach, NotJudged
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.connection import Headers, Received
from boxproof.probes.exchange import Exchange
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.base import Exit

WORK = ValidRequest("/say", body={"prompt": "The sea"}, text="/prompt")
STREAMS = Streaming(body={"stream": True}, text="/piece", terminator="[DONE]", finish_reason="/why")
PIECE = b'data: {"piece": " and"}\n\n'
WHY = b'data: {"why": "length"}\n\n'
ABORTED = b'data: {"why": "abort"}\n\n'
DONE = b"data: [DONE]\n\n"
FAILED = b'data: {"error": {"code": "stopping"}}\n\n'
FAILED_BY_TYPE = b"event: error\ndata: {}\n\n"


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """One of a service that is not asked: nothing of the likeliest tokens is promised."""
    return Client(lambda: Endpoint("http://127.0.0.1:9"), Journal(tmp_path / "j"))


def judge(
    client: Client, body: bytes | None, *, completed: bool = False, status: int = 200
) -> None:
    """Judge one stream that came to this; None where its transfer was cut."""
    work, fields = Work(client, WORK), replace(STREAMS, completed_on_stop=completed)
    exchange = Exchange(
        work.request(), 1.0, ended=2.0, error="" if body else "is not complete HTTP"
    )
    if body is not None:
        headers = Headers([("Content-Type", "text/event-stream")])
        exchange.received = Received(status, "OK", "1.1", headers, body)
    ended = Ended(1.5, Exit(0, 0.1), (), (), (), None, streams=(exchange,))
    stopped_as_promised(
        ended,
        TextStreamer(work, fields),
        Config(Path(), Service("api"), WORK, generation=Generation(), streaming=fields),
    )


def test_a_stream_that_comes_to_its_end_keeps_either_promise(client: Client) -> None:
    """Its finish reason and its last event were sent."""
    for completed in (False, True):
        judge(client, PIECE + WHY + DONE, completed=completed)


@pytest.mark.parametrize("completed", [False, True])
def test_an_end_without_a_reason_looks_complete(completed: bool, client: Client) -> None:
    """The last event is there, and nothing says that the text was cut."""
    with pytest.raises(Breach, match="without a finish reason, and without an error"):
        judge(client, PIECE + DONE, completed=completed)


@pytest.mark.parametrize(
    "body",
    [
        PIECE + FAILED,
        PIECE + FAILED_BY_TYPE + DONE,
        PIECE + ABORTED + DONE,
        PIECE + WHY,
        PIECE,
        b": here\n\n",
        None,
    ],
)
def test_a_cut_that_is_seen_is_enough_where_no_more_is_promised(
    body: bytes | None, client: Client
) -> None:
    """An error, a reason of its own, no last event, or a transfer that does not end."""
    judge(client, body)
    with pytest.raises(Breach, match="did not come to its end"):
        judge(client, body, completed=True)


def test_a_refusal_is_an_error_as_well(client: Client) -> None:
    """Of a request whose body came after the signal."""
    judge(client, b"{}", status=503)
    with pytest.raises(Breach, match="did not come to its end"):
        judge(client, b"{}", status=503, completed=True)


def test_where_no_stream_was_in_hand_nothing_is_judged(client: Client) -> None:
    """Nobody saw one end."""
    work = Work(client, WORK)
    config = Config(Path(), Service("api"), WORK, streaming=STREAMS)
    none = Ended(1.5, Exit(0, 0.1), (), (), (), None)
    with pytest.raises(NotJudged, match="no stream was in hand"):
        stopped_as_promised(none, TextStreamer(work, STREAMS), config)
