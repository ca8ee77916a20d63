"""A service that runs already is looked at, and never booted."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apps.good import Response
from apps.schema.fuzzed import CONFIG
from apps.schema.serving import Server, served

from boxproof.config.options import Url
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.effects import Effect
from boxproof.core.errors import ConfigError
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.targets import abilities
from boxproof.targets.base import Variant
from boxproof.targets.run_lock import Run
from boxproof.targets.url import Site, UrlTarget

FAST = 1e6


def respond(method: str, path: str, query: str, body: bytes) -> Response:
    """Answer 503 to everything."""
    del method, path, query, body
    return Response(503, {})


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run, ended afterwards."""
    made = Run(tmp_path)
    yield made
    made.close()


def encrypt(server: Server, certificate: Path) -> str:
    """Have a server speak TLS from now on; where it answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return f"https://localhost:{server.server_port}"


def target(run: Run, url: str, lines: list[str] | None = None, **options: Any) -> UrlTarget:
    writes = options.pop("writes", False)
    config = replace(CONFIG, url=Url(**{"requests_per_second": FAST, **options}))
    say = (lambda _: None) if lines is None else lines.append
    return UrlTarget(config, Journal(), run, say, Site(url, writes))


def test_it_has_no_ability_and_is_never_disturbed(run: Run) -> None:
    """It may be written to where that is allowed, and no more."""
    reads = target(run, "http://127.0.0.1:1")
    assert not [each for each in abilities.every() if reads.offers(each)]
    assert reads.effects == {Effect.READS}
    assert target(run, "http://127.0.0.1:1", writes=True).effects == {Effect.READS, Effect.WRITES}


def test_what_will_be_sent_is_said_before_anything_is(run: Run) -> None:
    """One line: where to, what, how fast, how much."""
    lines: list[str] = []
    target(run, "http://127.0.0.1:1/api", lines, requests_per_second=5.0, max_requests=70).prepare()
    assert lines == [
        "http://127.0.0.1:1/api: sending GET, HEAD and OPTIONS alone, "
        "at most 5 requests a second and 70 in all"
    ]


def test_any_answer_is_one(run: Run) -> None:
    """Whether it is well is for a clause to say; nothing else of it was seen or can be had."""
    with served(respond) as server:
        deployment = target(run, f"{server.url}/api/").boot(Variant())
        assert [(each.method, each.target) for each in server.asked] == [("GET", "/api/health")]
        with pytest.raises(NotJudged, match="nobody saw it start"):
            assert deployment.startup
        for boot in (target(run, server.url).boot, target(run, server.url).boot_to_exit):
            with pytest.raises(NotJudged, match=r"cannot boot the service \(WORKERS=2\)"):
                boot(Variant("WORKERS=2", {"WORKERS": "2"}))


def test_nobody_there_is_one_line(run: Run) -> None:
    """With the address and the reason."""
    with served(respond) as server:
        url = server.url
    with pytest.raises(ConfigError) as caught:
        target(run, url).boot(Variant())
    assert str(caught.value) == f"--url: {url}/health does not answer: connection refused"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("staging.example.org", "--url: 'staging.example.org' is not a valid http or https URL"),
        ("https://me:pass@host", "--url: a URL must not hold a user name or password"),
        ("me:pass@host", "--url: 'host' is not a valid http or https URL"),
        ("ftp://me:pass@host", "--url: 'host' is not a valid http or https URL"),
        *(
            (url, f"--url: {url!r} is not a valid http or https URL")
            for url in (
                "http://host:99999",
                "http://host:port",
                "http://[::1",
                "http://ho st",
                "http://host/a b",
                "http://h\u00f6st",
            )
        ),
    ],
)
def test_an_address_of_no_use_is_refused(run: Run, url: str, words: str) -> None:
    """In one line, with the option's name, before anything is sent; no password is shown."""
    with pytest.raises(ConfigError) as caught:
        target(run, url)
    assert str(caught.value).startswith(words)


def test_tls_is_checked(run: Run, certificate: Path, tmp_path: Path) -> None:
    """Against the file of certificates that was given, else against the system's."""
    with served(respond) as server:
        url = encrypt(server, certificate)
        trusting = target(run, url, ca_file=str(certificate)).boot(Variant())
        assert Client(lambda: trusting.endpoint, Journal()).get("/").status == 503
        with pytest.raises(ConfigError, match=r"; \[url\] ca_file names whom to trust$"):
            target(run, url).boot(Variant())
        elsewhere = url.replace("localhost", "127.0.0.1")
        with pytest.raises(ConfigError, match=r"IP address mismatch[^;]*$"):
            target(run, elsewhere, ca_file=str(certificate)).boot(Variant())
        other = replace(trusting.endpoint, url=elsewhere)
        with pytest.raises(NoAnswer, match="certificate"):
            Client(lambda: other, Journal()).get("/")
    for file in (tmp_path / "missing.pem", Path(__file__)):
        with pytest.raises(ConfigError, match=r"\[url\] ca_file: .* holds no PEM certificates: "):
            target(run, url, ca_file=str(file))
