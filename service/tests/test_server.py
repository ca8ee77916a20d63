"""The service under gunicorn: start, stop, and what happens when a worker dies."""

import json
import os
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest
from serving import Serve, answer_of, read_response

from gpt2_service.http_protocol import REQUEST_LINE_BYTES
from gpt2_service.telemetry.shared import PREFIX

CHECKPOINT = Path(__file__).parents[1] / "checkpoint"


def test_nobody_can_connect_before_the_model_is_loaded(serve: Serve) -> None:
    """Connections are refused until the first one that is answered, and that one is healthy."""
    server = serve(ENGINE="transformers", MODEL_PATH=str(CHECKPOINT))
    refusals, status, body = server.first_answer()
    assert refusals > 0
    assert (status, body) == (200, {"status": "healthy", "model_loaded": True})
    messages = [entry["message"] for entry in server.log]
    assert messages.index("model loaded") < next(
        index for index, message in enumerate(messages) if message.startswith("Starting gunicorn")
    )


def test_gpt2_answers_and_says_so_in_the_log(serve: Serve) -> None:
    """The log names the model's class and counts, and holds no prompt."""
    server = serve(ENGINE="transformers", MODEL_PATH=str(CHECKPOINT)).wait_until_ready()
    status, record = server.generate(prompt="A very private prompt", max_length=30)
    assert status == 200
    assert record["model_name"] == "boxproof-demo-gpt2"
    server.wait_for_log(lambda server: "model call" in server.output[-2])
    call = next(entry for entry in server.log if entry["message"] == "model call")
    assert call["model_class"] == "GPT2LMHeadModel"
    assert call["outcome"] == "finished"
    assert call["request_id"] in [
        entry["request_id"] for entry in server.log if entry["message"] == "request"
    ]
    assert call["prompt_characters"] == len("A very private prompt")
    assert call["prompt_tokens"] + call["completion_tokens"] <= 30
    assert not any("private" in line for line in server.output + server.errors)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORKERS", "abc"),
        ("WORKERS", "0"),
        ("PORT", "70000"),
        ("ENGINE", "transfomers"),
        ("DATABASE_URL", "sqlite:////no/such/folder/history.db"),
        ("DATABASE_URL", "postgresql://somewhere"),
    ],
)
def test_a_bad_setting_ends_the_process_with_one_line(
    serve: Serve, variable: str, value: str
) -> None:
    """The line names variable and value; the exit code is 2 and the log stays empty."""
    server = serve(**{"PORT": "8000", variable: value})
    assert server.wait() == 2
    (line,) = server.errors
    assert line.startswith(f"gpt2-service: {variable}: {value!r} ")
    assert server.output == []


def test_a_missing_model_ends_the_process_with_one_line(serve: Serve, tmp_path: Path) -> None:
    """A folder without a checkpoint is told at once."""
    server = serve(ENGINE="transformers", MODEL_PATH=str(tmp_path))
    assert server.wait() == 2
    assert server.errors == [
        f"gpt2-service: MODEL_PATH: {str(tmp_path)!r} has no config.json, so it is not a checkpoint"
    ]


def test_a_file_that_is_no_database_ends_the_process_with_one_line(
    serve: Serve, database: Path
) -> None:
    """What only shows once the start is under way is one line as well, with exit code 3."""
    database.write_text("this is not a database, whatever its name says")
    server = serve()
    assert server.wait() == 3
    (line,) = server.errors
    assert line.endswith("file is not a database")
    assert all(server.log)


def test_settings_are_read_without_heavy_imports() -> None:
    """Torch, transformers, FastAPI and SQLAlchemy stay out until the settings are good."""
    code = (
        "import sys, gpt2_service.server; "
        "print({'torch', 'transformers', 'fastapi', 'sqlalchemy'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("host", "keys", "warnings"), [("0.0.0.0", "", 1), ("0.0.0.0", "a-key", 0), ("::1", "", 0)]
)
def test_a_service_that_is_open_to_all_says_so(
    database: Path, host: str, keys: str, warnings: int
) -> None:
    """Where it has no keys and listens to more than its own machine."""
    database_url = f"sqlite:///{database}"
    settings = {"ENGINE": "scripted", "DATABASE_URL": database_url, "HOST": host, "API_KEYS": keys}
    result = subprocess.run(
        [sys.executable, "-c", "import gpt2_service.asgi"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    said = [entry["message"] for entry in entries if entry["level"] == "warning"]
    assert len(said) == warnings
    assert all("can read every prompt" in message for message in said)


def test_requests_that_come_together_are_shared_out(serve: Serve) -> None:
    """Every worker makes some of the texts; `test_acceptor` says how many."""
    server = serve(WORKERS="2").wait_until_ready(workers=2)
    with ExitStack() as stack:
        connections = [
            stack.enter_context(server.begin_generate(prompt="together", max_length=10))
            for _ in range(8)
        ]
        for connection in connections:
            assert read_response(connection)[0].startswith(b"HTTP/1.1 200 ")
    server.terminate()
    assert server.wait() == 0
    shares = Counter(call["process"] for call in server.model_calls())
    assert len(shares) == 2
    assert min(shares.values()) >= 2


def test_sigterm_lets_the_running_request_end(serve: Serve) -> None:
    """The request that is being worked on is answered and stored; the exit code is 0."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.01", WORKERS="2").wait_until_ready()
    with server.begin_generate(prompt="slow", max_length=100) as connection:
        server.terminate()
        head, body = read_response(connection)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["prompt"] == "slow"
    assert server.wait() == 0
    assert server.errors == []
    assert not any("exception" in entry for entry in server.log)


def test_who_comes_while_the_server_drains_is_refused(serve: Serve) -> None:
    """A probe too, which takes that for "not ready"; what is in hand is still answered."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.05").wait_until_ready()
    with server.begin_generate(prompt="slow", max_length=50) as connection:
        server.terminate()
        server.wait_for_log(
            lambda server: any("Waiting for connections to close" in x for x in server.output)
        )
        with pytest.raises(ConnectionRefusedError):
            server.connect()
        head, _ = read_response(connection)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0


def test_a_service_that_drains_is_unready_and_answers(serve: Serve) -> None:
    """On new connections and on kept ones, which then end; until the second SIGTERM."""
    server = serve(DRAIN_SECONDS="3600", WORKERS="2").wait_until_ready(workers=2)
    with closing(HTTPConnection("127.0.0.1", server.port)) as kept:
        assert answer_of(kept, "/readyz") == (200, None)
        server.terminate()
        server.wait_until_unready()
        assert answer_of(kept, "/history") == (200, "close")
    # Whichever worker takes them.
    for number in range(10):
        assert server.generate(prompt=f"late {number}", max_length=10)[0] == 200
        assert server.status("/readyz") == server.status("/health") == 503
        assert server.status("/livez") == 200
    server.terminate()
    assert server.wait() == 0
    assert server.errors == []


def test_a_drained_service_ends_by_itself(serve: Serve) -> None:
    """Having answered what came last."""
    server = serve(DRAIN_SECONDS="1", SCRIPTED_SECONDS_PER_TOKEN="0.03").wait_until_ready()
    with server.begin_generate(prompt="slow", max_length=100) as connection:
        server.terminate()
        head, _ = read_response(connection)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0
    assert server.errors == []


def test_a_reload_drains_nothing(serve: Serve) -> None:
    """The new workers have the port already, and a load balancer would hear of no other replica."""
    server = serve(DRAIN_SECONDS="3600").wait_until_ready()
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log(lambda server: any("Finished server" in line for line in server.output))
    assert server.status("/readyz") == 200


def test_a_request_beyond_the_grace_period_is_told_so(serve: Serve) -> None:
    """It gets a documented 503 before the worker ends, and the exit code is still 0."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="1", GRACEFUL_TIMEOUT_SECONDS="3")
    server.wait_until_ready()
    with server.begin_generate(prompt="endless") as connection:
        server.terminate()
        head, body = read_response(connection)
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: " in head
    assert json.loads(body) == {"detail": "the service is stopping"}
    assert server.wait() == 0
    assert not any("exception" in entry for entry in server.log)


@pytest.mark.parametrize("stream", [False, True])
def test_a_record_that_is_being_stored_at_the_end_is_answered(
    serve: Serve, database: Path, stream: bool
) -> None:
    """A refusal would be wrong: the thread that writes cannot be called back."""
    server = serve(GRACEFUL_TIMEOUT_SECONDS="3").wait_until_ready()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with server.begin_generate(prompt="late", max_length=10, stream=stream) as connection:
            server.wait_for_log(lambda server: bool(server.model_calls()))
            server.terminate()
            server.wait_for_log(lambda server: any("Cancel 1 running" in x for x in server.output))
            other.execute("ROLLBACK")
            head, body = read_response(connection)
        assert server.wait() == 0
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b'"prompt":"late"' in body
        assert other.execute("SELECT count(*) FROM generations").fetchone() == (1,)


def test_what_became_of_a_record_is_left_open_where_nobody_knows(
    serve: Serve, database: Path
) -> None:
    """Neither stored nor refused: the database is locked beyond the grace period."""
    server = serve(GRACEFUL_TIMEOUT_SECONDS="3").wait_until_ready()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with server.begin_generate(prompt="late", max_length=10) as connection:
            server.wait_for_log(lambda server: bool(server.model_calls()))
            server.terminate()
            head, _ = read_response(connection)
        assert head.startswith(b"HTTP/1.1 500 ") or head == b""
        server.wait()


def test_sigterm_lets_a_running_stream_end(serve: Serve) -> None:
    """With its record, which is stored."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.01").wait_until_ready()
    with server.begin_generate(prompt="slow", max_length=100, stream=True) as connection:
        server.terminate()
        _, body = read_response(connection)
    assert b"event: record\n" in body
    assert server.wait() == 0
    assert server.errors == []


def test_a_stream_beyond_the_grace_period_is_told_so(serve: Serve) -> None:
    """As its last event, and its response is complete."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.5", GRACEFUL_TIMEOUT_SECONDS="3")
    server.wait_until_ready()
    with server.begin_generate(prompt="endless", stream=True) as connection:
        server.terminate()
        _, body = read_response(connection)
    assert b"event: token\n" in body
    last = body.partition(b"event: error\n")[2]
    assert b'"status":503,"detail":"the service is stopping"' in last
    assert body.endswith(b"0\r\n\r\n")
    assert server.wait() == 0
    assert not any("exception" in entry for entry in server.log)
    assert server.model_calls()[-1]["outcome"] == "the service is stopping"


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_is_computed_no_further(serve: Serve, stream: bool) -> None:
    """Its text leaves the batch, and nothing is stored."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.05").wait_until_ready()
    server.begin_generate(prompt="gone", max_length=200, stream=stream).close()
    server.wait_for_log(lambda server: bool(server.model_calls()))
    (call,) = server.model_calls()
    assert call["outcome"] == "the client disconnected"
    assert call["completion_tokens"] < 100
    assert "request_id" in call
    assert server.get("/history")[1]["items"] == []


def test_a_second_sigterm_changes_nothing(serve: Serve) -> None:
    """The running request still ends, and the exit code is still 0."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.01", WORKERS="2").wait_until_ready()
    with server.begin_generate(prompt="slow", max_length=100) as connection:
        server.terminate()
        server.wait_for_log(lambda server: any("Shutting down" in line for line in server.output))
        server.terminate()
        head, _ = read_response(connection)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0
    assert server.errors == []


def test_a_fresh_connection_outlives_a_reload(serve: Serve) -> None:
    """What a worker has taken when it is replaced, and not yet heard, it still answers; once."""
    server = serve(WORKERS="1").wait_until_ready()
    with server.connect() as connection:
        server.get("/health")  # taken after it, and by the same worker
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_log(lambda server: any("Shutting down" in line for line in server.output))
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _ = read_response(connection)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in head.lower()
    server.terminate()
    assert server.wait() == 0


def test_sigterm_after_a_reload_lets_the_running_request_end(serve: Serve) -> None:
    """A reload reads the configuration again, which must not take SIGTERM from gunicorn."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.01").wait_until_ready()
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log(lambda server: any("Finished server" in line for line in server.output))
    with server.begin_generate(prompt="slow", max_length=100) as connection:
        server.terminate()
        head, _ = read_response(connection)
        # Not by itself, as an orphan: the master has heard of it.
        assert any("Handling signal: term" in line for line in server.output)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0


def test_a_silent_connection_does_not_hold_a_worker_back(serve: Serve) -> None:
    """It is closed well within the grace period."""
    server = serve(GRACEFUL_TIMEOUT_SECONDS="3600").wait_until_ready()
    with server.connect() as connection:
        server.get("/health")
        server.terminate()
        assert read_response(connection) == (b"", b"")
    assert server.wait() == 0


def test_sigterm_while_loading_ends_the_process(serve: Serve) -> None:
    """A service that is stopped before it serves leaves at once, with exit code 0."""
    server = serve(ENGINE="transformers", MODEL_PATH=str(CHECKPOINT))
    server.wait_for_log(lambda server: len(server.output) > 0)
    server.terminate()
    assert server.wait() == 0
    assert not any("Listening" in line for line in server.output)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_model_that_does_not_come_holds_nobody_up(number: signal.Signals, database: Path) -> None:
    """Ended while it fetches or loads its model, the process leaves at once with exit code 0."""
    code = (
        "import threading\n"
        "from gpt2_service import boot, server\n"
        "def load_model(settings):\n"
        "    print('loading', flush=True)\n"
        "    threading.Event().wait()\n"
        "boot.load_model = load_model\n"
        "server.gunicorn_options()\n"
        "boot.boot()\n"
    )
    environment = {
        **os.environ,
        "ENGINE": "scripted",
        "DATABASE_URL": f"sqlite:///{database}",
        "GUNICORN_CMD_ARGS": "",
    }
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "loading" in next(line for line in process.stdout if "loading" in line)
        process.send_signal(number)
        try:
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_a_killed_worker_is_replaced(serve: Serve) -> None:
    """Requests are answered by the others meanwhile, and the new worker answers too."""
    server = serve(WORKERS="2")
    server.wait_for_log(lambda server: len(server.worker_pids) == 2)
    server.wait_until_ready()
    victim = server.worker_pids[0]
    os.kill(victim, signal.SIGKILL)
    for number in range(20):
        status, _ = server.generate(prompt=f"meanwhile {number}")
        assert status == 200
    server.wait_for_log(lambda server: len(server.worker_pids) == 3)
    server.terminate()
    assert server.wait() == 0


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGQUIT])
def test_other_signals_end_it_in_time_too(serve: Serve, sent: signal.Signals) -> None:
    """Well within the grace period, which gunicorn would wait out for a worker that stays."""
    server = serve(GRACEFUL_TIMEOUT_SECONDS="3600").wait_until_ready()
    server.process.send_signal(sent)
    assert server.wait() == 0


def test_workers_end_with_their_master(serve: Serve) -> None:
    """Also when it is killed; `wait` fails while one of them is left."""
    server = serve(WORKERS="2").wait_until_ready()
    server.process.kill()
    assert server.wait() == -signal.SIGKILL


def test_workers_write_at_once(serve: Serve) -> None:
    """Records that several workers store in parallel all get an id of their own."""
    server = serve(WORKERS="2").wait_until_ready()
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda _: server.generate(prompt="at once")[1], range(40))
        ids = [record["id"] for record in answers]
    assert len(set(ids)) == 40
    _, page = server.get("/history?limit=100")
    assert [record["id"] for record in page["items"]] == sorted(ids, reverse=True)


def test_ids_go_on_after_a_restart(serve: Serve) -> None:
    """The second run on a database continues where the first one ended."""
    first = serve().wait_until_ready()
    before = first.generate(prompt="one")[1]["id"]
    first.process.kill()
    first.wait()
    second = serve().wait_until_ready()
    assert second.generate(prompt="two")[1]["id"] > before
    assert second.get(f"/history/{before}")[1]["prompt"] == "one"


def test_bytes_that_are_no_http_get_the_documented_shape(serve: Serve) -> None:
    """uvicorn answers these before the application sees them, still in JSON with an id."""
    server = serve().wait_until_ready()
    with server.connect() as connection:
        connection.sendall(b"this is no http\r\n\r\n")
        head, body = read_response(connection)
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"x-request-id: " in head
    assert b"x-content-type-options: nosniff" in head
    assert set(json.loads(body)) == {"detail"}


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (b"GET /health HTTP/1.1\r\nX-Endless: ", b"431"),
        (b"GET /health HTTP/1.1\r\n" + b"X-Short: x\r\n" * 300 + b"X-Endless: ", b"431"),
        (b"GET /", b"414"),
    ],
)
def test_a_head_without_an_end_is_given_up(serve: Serve, start: bytes, status: bytes) -> None:
    """In the documented shape, as soon as it is beyond the limit; the connection is closed."""
    server = serve(MAX_HEADER_BYTES="5000").wait_until_ready()
    with server.connect() as connection:
        # Not a byte more than it takes: bytes that nobody reads would cost the answer.
        beyond = 5000 + REQUEST_LINE_BYTES + len("/health") + 1 if status == b"431" else 5006
        connection.sendall(start.ljust(beyond, b"x"))
        head, body = read_response(connection)
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"x-request-id: " in head
    assert set(json.loads(body)) == {"detail"}


@pytest.mark.parametrize("start", [b"1;", b"0\r\nX-Trailer: "])
def test_chunks_that_never_begin_are_given_up(serve: Serve, start: bytes) -> None:
    """Nor do trailers go on for ever; the connection is closed."""
    server = serve().wait_until_ready()
    with server.connect() as connection:
        connection.sendall(b"POST /generate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + start)
        _send_until_closed(connection, b"x" * 0x100000)


def test_a_refused_body_is_read_to_its_end_and_not_kept(serve: Serve) -> None:
    """So that its sender hears the answer, and may ask again on the same connection."""
    server = serve().wait_until_ready()
    body = b"x" * 1_000_000
    with server.connect() as connection:
        head = f"POST /generate HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        first, rest = read_response(connection)
    assert first.startswith(b"HTTP/1.1 413 ")
    assert b"HTTP/1.1 200 " in rest


def test_a_body_without_an_end_is_given_up(serve: Serve) -> None:
    """Some megabytes after it was refused."""
    server = serve().wait_until_ready()
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with server.connect() as connection:
        connection.sendall(b"POST /generate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        _send_until_closed(connection, chunk)


def test_metrics_tell_of_all_workers(serve: Serve) -> None:
    """Whichever answers, and also of those that are gone."""
    server = serve(WORKERS="2", API_KEYS="the-key")
    server.wait_for_log(lambda server: len(server.worker_pids) == 2)
    server.wait_until_ready()
    for _ in range(20):
        server.get("/health")
    os.kill(server.worker_pids[0], signal.SIGKILL)
    server.wait_for_log(lambda server: len(server.worker_pids) == 3)
    for _ in range(20):
        server.get("/health")
    line = 'gpt2_http_requests_total{method="GET",route="/health",status="200"} 40.0'
    assert line in server.text("/metrics", **{"X-API-Key": "the-key"}).splitlines()


def test_metrics_that_cannot_be_added_up_cost_nobody_anything(serve: Serve) -> None:
    """A worker that was killed may leave half a file; the master and the others go on."""
    server = serve(WORKERS="2").wait_until_ready()
    server.wait_for_log(lambda server: len(server.worker_pids) == 2)
    (folder,) = _folders_of(server.process.pid)
    victim = server.worker_pids[0]
    # 64 bytes are used, of which the first key takes a million.
    (folder / f"counter_{victim}.db").write_bytes(struct.pack("<iii52x", 64, 0, 1_000_000))
    os.kill(victim, signal.SIGKILL)
    server.wait_for_log(lambda server: len(server.worker_pids) == 3)
    assert any("metrics of an ended worker are lost" in line for line in server.output)
    assert server.generate(prompt="still there")[0] == 200
    server.terminate()
    assert server.wait() == 0


def test_no_folder_of_metrics_stays_behind(serve: Serve) -> None:
    """A reload keeps it, the end removes it."""
    server = serve(WORKERS="2").wait_until_ready()
    # Set after the start, so not in /proc/<pid>/environ; the files are open and locked.
    (folder,) = _folders_of(server.process.pid)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log(lambda server: any("Finished server" in line for line in server.output))
    assert _folders_of(server.process.pid) == {folder}
    server.terminate()
    assert server.wait() == 0
    assert not folder.exists()


def _folders_of(pid: int) -> set[Path]:
    """The folders of metrics that a process holds open."""
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            target = Path(os.readlink(descriptor))
            if target.name.startswith(PREFIX):
                held.add(target)
    return held


def _send_until_closed(connection: socket.socket, content: bytes) -> None:
    """Send the same again and again; a connection that takes all of it is a failure."""
    try:
        for _ in range(100):
            connection.sendall(content)
    except ConnectionError:
        return
    raise AssertionError("the server read all of it")
