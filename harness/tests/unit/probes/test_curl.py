"""A printed request, run by bash, sends the same bytes."""

import subprocess
from pathlib import Path

import pytest
from apps.good import Response
from apps.schema.serving import Asked, served

from boxproof.journal.bodies import FOLDER, Bodies, Body
from boxproof.probes.curl import ARGUMENT_BYTES, curl_line

Headers = tuple[tuple[str, str], ...]
JSON: Headers = (("Content-Type", "application/json"),)


def run(method: str, path: str, headers: Headers, body: bytes | None) -> Asked:
    """What a server receives when the printed line is pasted into bash."""
    with served(lambda *_: Response(200, "ok")) as server:
        line = curl_line(method, server.url + path, headers, body)
        assert "\n" not in line
        assert line.isascii()
        subprocess.run(["bash"], input=line.encode(), check=True, capture_output=True, timeout=20)
        assert len(server.asked) == 1
        return server.asked[0]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"prompt": "it\'s \\"quoted\\" $HOME `id` \\\\ !x"}', id="quotes"),
        pytest.param(b'{"prompt": "a\0b"}', id="nul"),
        pytest.param(b"\0", id="nul alone"),
        pytest.param(b"%s %% \0 \\0 \\x41 \\", id="what printf reads"),
        pytest.param(b"--\0", id="like an option, with nul"),
        pytest.param(b"@/etc/hostname", id="like a file name"),
        pytest.param(b"-d", id="like an option"),
        pytest.param('{"prompt": "grüße, 你好 \u202e \U0001f600"}'.encode(), id="not ASCII"),
        pytest.param(b'{"prompt": "\xed\xa0\x80"}', id="lone surrogate"),
        pytest.param(bytes(range(256)), id="every byte"),
        pytest.param(bytes(range(1, 256)), id="every byte but nul"),
        pytest.param(b"\x001234567\n89", id="digits after nul"),
        pytest.param(b"\x011234567", id="digits after an escape"),
        pytest.param(b"line\r\n\tline\n", id="line breaks"),
        pytest.param(b"\xff" * (ARGUMENT_BYTES * 3), id="longer than an argument"),
        pytest.param(b"&|;<>(){}[]*?~#!^", id="shell characters"),
    ],
)
def test_body_arrives_byte_for_byte(body: bytes) -> None:
    """Whatever the body holds, it arrives as it was."""
    asked = run("POST", "/say", JSON, body)
    assert asked.body == body
    assert asked.headers["content-type"] == "application/json"


def test_a_body_that_has_a_file_in_the_report_is_sent_from_there(tmp_path: Path) -> None:
    """Nobody reads a photograph in a terminal."""
    body = bytes(range(256)) * 300
    bodies = Bodies(tmp_path / FOLDER)
    bodies.written(Body.of(body))
    with served(lambda *_: Response(200, "ok")) as server:
        line = curl_line("POST", f"{server.url}/say", (), body)
        subprocess.run(["bash", "-c", line], check=True, cwd=tmp_path, timeout=20)
        assert [each.body for each in server.asked] == [body]
    assert len(line) < 300


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"]
)
@pytest.mark.parametrize("body", [None, b"[1]"])
def test_method_arrives(method: str, body: bytes | None) -> None:
    """Any method is sent, with a body or without; none gets a content type that it did not have."""
    asked = run(method, "/say", (), body)
    assert (asked.method, asked.body) == (method, body or b"")
    assert "content-type" not in asked.headers


@pytest.mark.parametrize("body", [None, b"[1]"])
def test_head_does_not_wait_for_a_body(body: bytes | None) -> None:
    """A HEAD request ends with the headers of its answer, even one that has a body itself."""
    asked = run("HEAD", "/say", (), body)
    assert (asked.method, asked.body) == ("HEAD", body or b"")


@pytest.mark.parametrize(
    "path",
    [
        "/records/%2E%2E%2F..%2f",
        "/records/../records/./x",
        "/records/[1-3]{a,b}",
        "/records?limit=%00&limit=1'$(id)%22",
        "/records/%C3%BC%F0%9F%98%80?a=b&&c=d;e",
        "/records/%ED%A0%80",
    ],
)
def test_target_arrives_as_it_was(path: str) -> None:
    """curl neither expands nor tidies the address."""
    assert run("GET", path, (), None).target == path


@pytest.mark.parametrize(
    "value", ["plain", "", "it's", "gr\xfc\xdfe", "a\tb", "x;y", "@file", "\x01"]
)
def test_header_arrives(value: str) -> None:
    """Header values arrive in Latin-1, as HTTP clients send them; empty ones arrive empty."""
    assert run("GET", "/say", (("X-Odd", value),), None).headers["x-odd"] == value


def test_what_names_the_client_is_left_out() -> None:
    """Headers that curl sets itself are not repeated; others stay."""
    headers = (("User-Agent", "x/1"), ("Content-Length", "9"), ("Accept", "*/*"), ("Host", "h"))
    assert curl_line("GET", "http://h/", headers).endswith(" http://h/")
    assert "Accept: text/html" in curl_line("GET", "http://h/", (("Accept", "text/html"),))
