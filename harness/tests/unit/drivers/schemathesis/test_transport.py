"""What requests sends in the fuzzing process is carried as every probe is."""

import gzip
from collections.abc import Iterator

import pytest
import requests
from apps.good import Response
from apps.raw import answering, dripping, endless, serving
from apps.schema.serving import served

from boxproof.drivers.schemathesis.transport import BodyTooLong, led_through
from boxproof.endpoint import Endpoint, ExchangeLimits


def test_an_answer_that_drips_ends_at_the_limit() -> None:
    """Though each byte comes in time."""
    with (
        serving(dripping) as url,
        led_through(Endpoint(url, limits=ExchangeLimits(0.3))),
        pytest.raises(requests.ReadTimeout) as caught,
    ):
        requests.get(url, timeout=60)
    assert caught.value.request is not None
    # As Schemathesis reads it.
    assert caught.value.args[0].args[0][:-1].split("read timeout=")[1] == "0.3"


def test_a_body_beyond_the_limit_is_not_judged() -> None:
    """Half a body would fail checks that the whole might pass."""
    limits = ExchangeLimits(body_bytes=1000)
    with (
        serving(endless) as url,
        led_through(Endpoint(url, limits=limits)),
        pytest.raises(BodyTooLong, match="more than 1000 bytes"),
    ):
        requests.get(url, timeout=60)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"])
def test_a_lost_connection_is_a_connection_error(answer: bytes) -> None:
    """Also where nobody is there any more."""
    with (
        serving(answering(answer)) as url,
        led_through(Endpoint(url)),
        pytest.raises(requests.ConnectionError) as caught,
    ):
        requests.get(url, timeout=60)
    assert caught.value.request is not None
    with led_through(Endpoint(url)), pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(url, timeout=60)


def test_answers_are_as_requests_gives_them() -> None:
    """Repeated headers, chunks and an encoding that was not asked for."""
    body = gzip.compress(b"[1]")
    head = b"HTTP/1.1 200 Fine\r\nX-A: 1\r\nX-A: 2\r\nContent-Encoding: gzip\r\n"
    chunks = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    with serving(answering(head + chunks)) as url, led_through(Endpoint(url)):
        seen = requests.get(url, timeout=60)
    assert (seen.status_code, seen.reason, seen.json()) == (200, "Fine", [1])
    assert seen.raw.headers.getlist("x-a") == ["1", "2"]


def parts() -> Iterator[bytes]:
    """A body whose length nobody knows beforehand."""
    yield b"on"
    yield b"e"


@pytest.mark.parametrize("body", ["one", b"one", parts()])
def test_bodies_arrive_whole(body: str | bytes | Iterator[bytes]) -> None:
    """In whatever form they are given."""
    with served(lambda *_: Response(200, {})) as server, led_through(Endpoint(server.url)):
        requests.post(f"{server.url}/a?b=c", data=body, headers={"X-A": "\xfc"}, timeout=60)
        (asked,) = server.asked
    assert (asked.method, asked.target, asked.body) == ("POST", "/a?b=c", b"one")
    assert asked.headers["x-a"] == "\xfc"


def test_another_address_is_refused() -> None:
    """A document may name servers that are not the one that is judged."""
    with (
        led_through(Endpoint("http://127.0.0.1:1")),
        pytest.raises(requests.exceptions.InvalidURL, match="outside the service"),
    ):
        requests.get("http://127.0.0.2:1/", timeout=60)


def test_the_case_of_a_host_means_nothing() -> None:
    """It was typed in capitals, and requests writes it small (RFC 9110, 4.2.3)."""
    with served(lambda *_: Response(200, {})) as server:
        url = server.url.replace("127.0.0.1", "LOCALHOST")
        with led_through(Endpoint(url)):
            assert requests.get(f"{url}/", timeout=60).status_code == 200
