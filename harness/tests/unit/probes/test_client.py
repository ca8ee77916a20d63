"""What a client sends goes to its endpoint and nowhere else, and comes to an end."""

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from apps.good import Response
from apps.raw import Serve, answering, dripping, endless, request_of, serving
from apps.schema.serving import Asked, served
from unit.probes.journaled import requested

from boxproof.core.breaches import NoAnswer
from boxproof.core.cancellation import Cancellation, Cancelled
from boxproof.endpoint import Credential, Endpoint, ExchangeLimits, Secret, Tls
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.messages import NotJson

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Every variable of the environment leads through this proxy; gives what arrives there."""
    arrived: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        arrived.append(request_of(connection))
        connection.sendall(b"HTTP/1.1 407 Mine\r\nContent-Length: 0\r\n\r\n")

    with serving(serve) as url:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, url)
            monkeypatch.setenv(name.upper(), url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login me password word\n")
        monkeypatch.setenv("NETRC", str(netrc))
        yield arrived


def test_port_0_is_not_the_default_port() -> None:
    """A container that has ended publishes none: what is sent to it must reach nobody else."""
    assert Endpoint("http://127.0.0.1:0").address == ("127.0.0.1", 0)
    assert Endpoint("http://127.0.0.1").address == ("127.0.0.1", 80)


def to(endpoint: Endpoint, journal: Journal) -> Client:
    """A client of an endpoint that stays where it is."""
    return Client(lambda: endpoint, journal)


def test_proxies_and_netrc_of_the_environment_are_not_used(
    journal: Journal, trap: list[bytes]
) -> None:
    """The request arrives at the service itself, without a login; so does the printed line."""
    with served(lambda *_: Response(200, {})) as server:
        answer = to(Endpoint(server.url), journal).get("/health")
        subprocess.run(["bash", "-c", answer.evidence()[0]], check=True, capture_output=True)
        assert [each.target for each in server.asked] == ["/health"] * 2
        assert all("authorization" not in each.headers for each in server.asked)
    assert answer.status == 200
    assert trap == []


def test_a_redirect_is_an_answer(journal: Journal) -> None:
    """Whoever follows it would judge another server."""
    with served(lambda *_: Response(307, {}, {"Location": "/elsewhere"})) as server:
        answer = to(Endpoint(server.url), journal).get("/")
        assert [each.target for each in server.asked] == ["/"]
    assert (answer.status, answer.headers["location"]) == (307, "/elsewhere")


def test_an_answer_that_drips_does_not_last_longer_than_the_limit(journal: Journal) -> None:
    """Though each byte comes in time."""
    with serving(dripping) as url, pytest.raises(NoAnswer, match=r"within 0\.3 s"):
        to(Endpoint(url, limits=ExchangeLimits(0.3)), journal).get("/")


def test_a_body_is_read_up_to_the_limit_and_said_to_be_cut(journal: Journal) -> None:
    """What it begins with is kept; it is not JSON, whatever it begins with."""
    with serving(endless) as url:
        endpoint = Endpoint(url, limits=ExchangeLimits(body_bytes=100_000))
        answer = to(endpoint, journal).get("/")
    assert answer.status == 200
    assert answer.body == b"x" * 100_000
    assert "cut after 100000 bytes" in answer.evidence()[1]
    with pytest.raises(NotJson, match="more than 100000 bytes"):
        answer.json()
    (entry,) = requested(journal)
    assert entry.cut is True


def test_a_request_in_flight_ends_with_its_run(journal: Journal) -> None:
    """Whatever its own limit is, and nothing is recorded of the service."""
    run = Cancellation()

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        run.cancel()
        connection.recv(1)

    with serving(serve) as url, run.governing(), pytest.raises(Cancelled):
        to(Endpoint(url, limits=ExchangeLimits(20.0)), journal).get("/")
    assert not list(requested(journal))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", "closed without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "not complete HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "not complete HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "not complete HTTP"),
        (b"220 mail.example ESMTP\r\n\r\n", "not complete HTTP"),
    ],
)
def test_what_is_not_a_whole_answer_is_none(journal: Journal, answer: bytes, error: str) -> None:
    """It ended early, or is something else."""
    with serving(answering(answer)) as url, pytest.raises(NoAnswer, match=error) as caught:
        to(Endpoint(url), journal).get("/")
    assert caught.value.evidence[0].startswith("curl ")
    (entry,) = requested(journal)
    assert error in entry.error


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ANSWER,
        b"HTTP/1.1 100 Continue\r\n\r\n" + ANSWER,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n{}",
    ],
)
def test_every_form_of_an_answer_is_understood(journal: Journal, answer: bytes) -> None:
    """Interim answers before it, chunks, an end that only the connection's end tells."""
    with serving(answering(answer)) as url:
        got = to(Endpoint(url), journal).request("POST", "/", json={})
    assert (got.status, got.json()) == (200, {})


def test_head_has_no_body_whatever_its_length_says(journal: Journal) -> None:
    """RFC 9110, 9.3.2; and its line is one that does not wait for a body."""
    with serving(answering(ANSWER.removesuffix(b"{}"))) as url:
        answer = to(Endpoint(url), journal).request("HEAD", "/")
    assert (answer.status, answer.body) == (200, b"")
    assert "--head" in answer.evidence()[0]


def test_a_body_that_nobody_reads_does_not_hide_the_answer(journal: Journal) -> None:
    """A server may answer on the head alone and hang up."""

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    with serving(serve) as url:
        assert to(Endpoint(url), journal).request("POST", "/", json="x" * 9_000_000).status == 413


def test_paths_and_parameters_are_sent_as_urls_want_them(journal: Journal) -> None:
    """With the endpoint's own path before them, and a query that a path has already."""
    with served(lambda *_: Response(200, {})) as server:
        client = to(Endpoint(server.url + "/v1/"), journal)
        client.get("/a b/ü?x=1", params={"limit": 2, "q": "&"})
        assert server.asked[0].target == "/v1/a%20b/%C3%BC?x=1&limit=2&q=%26"


def asked_with(headers: dict[str, str], asked: Asked) -> bool:
    """Whether a request had these headers."""
    return headers.items() <= asked.headers.items()


def test_a_credential_is_sent_and_nowhere_shown(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the journal, the evidence or a repr; the printed line takes it from its variable."""
    key = Credential("Authorization", "API_KEY", Secret('s3"cret'), prefix="Bearer $")
    monkeypatch.setenv("API_KEY", 's3"cret')

    with served(lambda *_: Response(401, {})) as server:
        endpoint = Endpoint(server.url, headers=(("X-Team", "a"),), credentials=(key,))
        answer = to(endpoint, journal).request("POST", "/", json={"text": "mine"})
        line = answer.evidence()[0]
        subprocess.run(["bash", "-c", line], check=True, capture_output=True)
        wanted = {"authorization": 'Bearer $s3"cret', "x-team": "a"}
        assert len(server.asked) == 2
        assert all(asked_with(wanted, each) for each in server.asked)
        assert server.asked[0].body == server.asked[1].body
    assert "$API_KEY" in line
    shown = [line, repr(endpoint), str(answer), (tmp_path / "journal.jsonl").read_text()]
    shown.append(json.dumps(endpoint.credentials, default=str))
    assert not [each for each in shown if "cret" in each.replace("Secret", "")]


def test_a_credential_in_the_query_is_sent_and_nowhere_shown(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside what a request asks for, and once, where a link of the service repeats it."""
    secret = "s3c ret+/=&%"
    key = Credential("api_key", "API_KEY", Secret(secret), in_query=True)
    monkeypatch.setenv("API_KEY", secret)
    link = f"/list?api_key={quote(secret)}&after=1"

    with served(lambda *_: Response(200, {"next": link})) as server:
        answer = to(Endpoint(server.url, credentials=(key,)), journal).get("/list?limit=2")
        lines = [answer.evidence()[0]]
        following = to(Endpoint(server.url, credentials=(key,)), journal).get(answer.target(link))
        lines.append(following.evidence()[0])
        for line in lines:
            subprocess.run(["bash", "-c", line], check=True, capture_output=True)
    sent = [parse_qs(urlsplit(each.target).query) for each in server.asked]
    assert sent[:2] == [
        {"limit": ["2"], "api_key": [secret]},
        {"after": ["1"], "api_key": [secret]},
    ]
    assert sent[2:] == sent[:2]
    shown = [*lines, *answer.evidence(), str(answer), journal.path.read_text()]
    assert not [each for each in shown if "s3c" in each]


def test_a_credential_that_a_service_repeats_is_shown_by_name(journal: Journal) -> None:
    """Its value stands in the body that is judged, and in nothing that is kept."""
    body = b'{"detail": "bad key s3cret"}'
    serve: Serve = answering(b"HTTP/1.1 401 No\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    with serving(serve) as url:
        key = Credential("X-Key", "API_KEY", Secret("s3cret"))
        answer = to(Endpoint(url, credentials=(key,)), journal).get("/")
    assert answer.body == body
    assert "bad key $API_KEY" in answer.evidence()[1]
    assert "s3cret" not in journal.path.read_text()


def test_tls_is_spoken_and_checked(journal: Journal, certificate: Path) -> None:
    """By the file that the endpoint names, behind another address too; whoever else is refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as encrypted:
            answering(ANSWER)(encrypted)

    with serving(serve) as url:
        port = url.rpartition(":")[2]
        named = Endpoint(f"https://localhost:{port}", tls=Tls(ca_file=certificate))
        assert to(named, journal).get("/").json() == {}
        assert to(named.through(f"127.0.0.1:{port}"), journal).get("/").json() == {}
        line = to(named, journal).get("/").evidence()[0]
        done = subprocess.run(["bash", "-c", line], check=True, capture_output=True)
        assert done.stdout.startswith(b"HTTP/1.1 200")
        with pytest.raises(NoAnswer, match="certificate"):
            to(Endpoint(named.url), journal).get("/")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:80", "ftp://h", "http://", "http://me:word@h/", "http://h/?a=b"]
)
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    """And a password is not repeated."""
    with pytest.raises(ValueError, match=r"URL|path") as caught:
        Endpoint(url)
    assert "word@" not in str(caught.value)


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\0", "\u20ac"])
def test_what_cannot_stand_in_a_header_is_refused(value: str) -> None:
    """Nothing is smuggled into a request."""
    with pytest.raises(ValueError, match="valid header"):
        Endpoint("http://h", headers=(("X-Odd", value),))
    with pytest.raises(ValueError, match=r"\$KEY cannot be sent"):
        Endpoint("http://h", credentials=(Credential("X-Key", "KEY", Secret(value)),))
