"""Clients that read the beginning of an answer alone."""

import socket
import threading
from pathlib import Path

from apps.raw import answering, request_of, serving

from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.messages import Request
from boxproof.probes.slow_reader import SlowReader

from .journaled import requested

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#: More than two kernels hold of what nobody reads.
MUCH = b"1000000\r\n" + b"x" * 0x1000000 + b"\r\n"
WAIT_SECONDS = 20


def test_the_server_cannot_send_while_nobody_reads(tmp_path: Path) -> None:
    """Until the block ends; then the connection ends, and the journal says why."""
    sent, failed = threading.Event(), threading.Event()

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(HEAD + b"1\r\na\r\n")
        try:
            connection.sendall(MUCH)
            sent.set()
        except OSError:
            failed.set()

    journal = Journal(tmp_path / "j")
    with serving(serve) as url:
        with SlowReader(Request("GET", Endpoint(url), "/say"), journal) as reader:
            assert reader.began.wait(WAIT_SECONDS)
            assert reader.stopped_reading
            assert not failed.is_set()
        assert failed.wait(WAIT_SECONDS)
    assert not sent.is_set()
    (told,) = requested(journal)
    assert (told.status, told.error) == (None, "given up in the middle of its answer")


def test_nobody_stops_reading_what_is_not_there(tmp_path: Path) -> None:
    """An answer without a body is read whole."""
    journal = Journal(tmp_path / "j")
    empty = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    with (
        serving(answering(empty)) as url,
        SlowReader(Request("GET", Endpoint(url), "/say"), journal) as reader,
    ):
        assert reader.began.wait(WAIT_SECONDS)
        assert not reader.stopped_reading
    (told,) = requested(journal)
    assert told.status == 204
