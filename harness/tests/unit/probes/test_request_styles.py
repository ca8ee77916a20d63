"""A request is sent as boxproof.toml describes it, to a toy that refuses anything else."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from apps.schema.serving import Server, serving
from apps.styles import Style, Styled

from boxproof.clauses.smoke.first_answer import first_work
from boxproof.config import Config, load
from boxproof.core.breaches import Breach
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.work import Work

PNG = b"\x89PNG\r\n\x1a\n\0\xff"
HEAD = """
contract = 1
[service]
name = "styled"
port = 8000
"""

#: The [work] of a service, and the style of the toy that wants it so.
STYLES: dict[str, tuple[str, dict[str, Any]]] = {
    "json": ('body = { prompt = "Hello" }\ntext = "/prompt"', {}),
    "json-pointer": (
        'body = { messages = [ { content = "be kind" }, { content = "Hello" } ] }\n'
        'text = "/messages/1/content"',
        {"chat": True},
    ),
    "form": (
        'encoding = "form"\nbody = { prompt = "Hello & bye", n = 3 }\ntext = "/prompt"',
        {"encoding": "form"},
    ),
    "multipart": (
        'encoding = "multipart"\nbody = { prompt = "Hello", loud = true }\ntext = "/prompt"',
        {"encoding": "multipart"},
    ),
    "files": (
        'body = { prompt = "Hello" }\nfiles = { image = "one.png" }\ntext = "/prompt"',
        {"encoding": "multipart", "image": True},
    ),
    "json-file": ('encoding = "json"\nbody_file = "body.json"\ntext = "/prompt"', {}),
    "raw": ('encoding = "raw"\nbody = "Hello"\ntext = ""', {"encoding": "raw"}),
    "body-file": ('body_file = "one.png"', {"encoding": "file"}),
    "query": (
        'method = "GET"\nquery = { prompt = "Hello you", n = [1, 2] }\ntext = "/prompt"',
        {"method": "GET", "text_in": "query"},
    ),
    "path": (
        'method = "GET"\npath = "/say/{model}/{prompt}"\ntext = "/prompt"\ntext_in = "parameters"\n'
        'parameters = { model = "a/b", prompt = "Hello" }',
        {
            "method": "GET",
            "path": "/say/{model}/{prompt}",
            "text_in": "parameters",
            "wants": {"parameters": {"model": "a/b"}},
        },
    ),
    "header": (
        'headers = { x-prompt = "Hello", x-mode = "calm" }\ntext = "/x-prompt"\n'
        'text_in = "headers"',
        {"text": "x-prompt", "text_in": "headers", "wants": {"headers": {"x-mode": "calm"}}},
    ),
    "cookie": (
        'body = { prompt = "Hello" }\ntext = "/prompt"\ncookies = { session = "abc", x = "y" }',
        {"wants": {"cookies": {"session": "abc", "x": "y"}}},
    ),
    "put": ('method = "PUT"\nbody = { prompt = "Hello" }\ntext = "/prompt"', {"method": "PUT"}),
    "statuses": (
        'status = [200, 202]\nbody = { prompt = "Hello" }\ntext = "/prompt"',
        {"status": 202},
    ),
    "unique": (
        'body = { prompt = "Hello" }\ntext = "/prompt"\ntext_unique = true',
        {"unique": True},
    ),
    "pattern": (
        'body = { prompt = "hello" }\ntext = "/prompt"\ntext_unique = true\n'
        'text_pattern = "[a-z]{3,40}"',
        {"unique": True, "pattern": "[a-z]{3,40}"},
    ),
    "query-beside-body": (
        'query = { version = "2" }\nbody = { prompt = "Hello" }\ntext = "/prompt"',
        {"wants": {"query": {"version": "2"}}},
    ),
}


@contextmanager
def speaking(
    style: dict[str, Any], work: str, folder: Path
) -> Iterator[tuple[Config, Work, Server]]:
    """The work that a file describes, and a toy of a style that it is sent to."""
    (folder / "one.png").write_bytes(PNG)
    (folder / "body.json").write_text('{"prompt": "Hello", "top": null}')
    file = folder / "boxproof.toml"
    path = "" if "path =" in work else 'path = "/say"\n'
    file.write_text(f"{HEAD}[work]\n{path}{work}\n")
    config = load(file)
    journal = Journal(folder / "journal.jsonl")
    with serving(Styled(Style(**style)).answer) as server:
        yield config, Work(Client(lambda: Endpoint(server.url), journal), config.work), server
    journal.close()


@pytest.mark.parametrize("name", STYLES)
def test_a_request_is_sent_as_it_is_described(name: str, tmp_path: Path) -> None:
    """As it stands, twice, and with another text where the file says where that stands."""
    described, style = STYLES[name]
    with speaking(style, described, tmp_path) as (config, work, _):
        first_work(work.send(), config)
        first_work(work.send(), config)
        if config.work.text is not None:
            text = work.texts.fresh()
            answer = work.send(text)
            assert answer.json()["prompt"] == text
            first_work(answer, config)


@pytest.mark.parametrize(
    "name",
    ["form", "multipart", "files", "raw", "body-file", "query", "path", "header", "cookie", "put"],
)
def test_a_service_of_another_style_refuses_it(name: str, tmp_path: Path) -> None:
    """So that the toy is known to be strict, and the clause to notice."""
    _, style = STYLES[name]
    body = 'body = { prompt = "Hello" }'
    said = "the first valid request returned 4"
    with speaking(style, body, tmp_path) as (config, work, _), pytest.raises(Breach, match=said):
        first_work(work.send(), config)


def test_an_unexpected_status_is_a_breach(tmp_path: Path) -> None:
    """Of several that are expected, too; all of them are named."""
    body = 'body = { prompt = "Hello" }\nstatus = [201, 202]'
    said = "the first valid request returned 200, not 201 or 202"
    with speaking({}, body, tmp_path) as (config, work, _), pytest.raises(Breach, match=said):
        first_work(work.send(), config)


def test_fields_of_a_request_without_a_body_are_those_of_its_query(tmp_path: Path) -> None:
    """What makes a GET heavy stands in its query."""
    described, style = STYLES["query"]
    with speaking(style, described, tmp_path) as (_, work, server):
        work.send("Bye", n=9)
    assert server.asked[-1].target == "/say?prompt=Bye&n=9"


def test_null_comes_from_a_file(tmp_path: Path) -> None:
    """Beside another text and other fields."""
    described, style = STYLES["json-file"]
    with speaking(style, described, tmp_path) as (_, work, server):
        work.send("Bye", n=9)
    assert server.asked[-1].body == b'{"prompt": "Bye", "top": null, "n": 9}'


def test_a_table_in_a_form_is_json(tmp_path: Path) -> None:
    """As services take metadata beside a file."""
    described = 'encoding = "form"\nbody = { prompt = "Hello", about = { ok = true } }'
    with speaking({"encoding": "form"}, described, tmp_path) as (_, work, server):
        work.send()
    assert parse_qs(server.asked[-1].body.decode())["about"] == ['{"ok": true}']


def test_a_header_of_the_requests_own_takes_the_place_of_any_other(tmp_path: Path) -> None:
    """Whatever its case, and in the printed line as well."""
    described = 'headers = { accept = "text/plain", USER-AGENT = "me", content-type = "a/b" }'
    with speaking({}, 'body = { prompt = "Hello" }\n' + described, tmp_path) as (_, work, server):
        request = work.request()
        assert request.head().lower().count(b"\r\naccept:") == 1
        work.send()
        subprocess.run(["bash", "-c", request.curl()], capture_output=True, timeout=20, check=True)
    for asked in server.asked:
        given = [asked.headers[each] for each in ("accept", "user-agent", "content-type")]
        assert given == ["text/plain", "me", "a/b"]


@pytest.mark.parametrize("name", ["files", "header", "cookie", "form"])
def test_the_curl_line_sends_the_same(name: str, tmp_path: Path) -> None:
    """Headers, cookies and the multipart body with its boundary, byte for byte."""
    described, style = STYLES[name]
    with speaking(style, described, tmp_path) as (_, work, server):
        answer = work.send()
        done = subprocess.run(
            ["bash", "-c", answer.request.curl()], capture_output=True, timeout=20, check=True
        )
    assert b"HTTP/1.1 200" in done.stdout
    mine, theirs = server.asked
    assert (mine.method, mine.target, mine.body) == (theirs.method, theirs.target, theirs.body)
    same = ("content-type", "cookie", "x-prompt", "x-mode")
    assert [mine.headers.get(each) for each in same] == [theirs.headers.get(each) for each in same]
