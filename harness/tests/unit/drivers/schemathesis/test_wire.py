"""What the two processes tell each other arrives as it was sent."""

import json
from pathlib import Path

import pytest

from boxproof.drivers.schemathesis.wire import (
    Job,
    Records,
    Refusal,
    failure_in,
    failure_out,
    message,
    phase_in,
    phase_out,
)
from boxproof.endpoint import Credential, Endpoint, ExchangeLimits, Secret, Tls
from boxproof.probes.fuzzing import Failure, Phase, Received, Sent

PLAIN = Endpoint("http://h")
ENDPOINT = Endpoint(
    "https://h/base",
    headers=(("X-Team", "a"),),
    credentials=(Credential("X-Key", "KEY", Secret("s3cret")),),
    tls=Tls(Path("ca.pem"), server_name="other"),
    limits=ExchangeLimits(2.5, 100),
)
REFUSAL = Refusal("POST", "/say", "prompt", ("hate", "h\u00e4te"), 400, inside_words=True)
RECORDS = Records("POST", "/say", (200, 201), "/id", "/records/{id}")


@pytest.mark.parametrize("refusal", [None, REFUSAL])
@pytest.mark.parametrize("records", [(), (RECORDS,), (RECORDS, RECORDS)])
def test_job_survives_a_line(refusal: Refusal | None, records: tuple[Records, ...]) -> None:
    """A job is one line, with or without what it may leave out."""
    job = Job(ENDPOINT, "/openapi.json", 2**64, 5, 1.5, refusal, records)
    line = job.to_line()
    assert line.count("\n") == 1
    assert Job.from_line(line) == job


def test_a_credential_reaches_the_other_process_and_only_its_name_comes_back() -> None:
    """Whatever repeats its value, a failure has none of it."""
    secret = Sent("POST", "http://h/?key=s3cret", (("x-key", "s3cret"), ("X-B", "a s3cret")), b"{}")
    seen = Received(401, {"X-Was": "s3cret"}, b'\xff {"detail": "no s3cret"}', "{s3cret}")
    failure = Failure("check", "GET /", "fuzzing", "Odd", "was s3cret", (secret,), seen, "s3cret")
    line = json.dumps(failure_out(failure, ENDPOINT))
    told = failure_in(json.loads(line), ENDPOINT)
    shown = [*told.evidence(), told.head, line, repr(told), str(told.answer and told.answer.body)]
    assert not [each for each in shown if "s3cret" in each]
    assert '-H "X-Key: $KEY"' in told.evidence()[1]
    assert told.requests[0].headers == (("X-B", "a $KEY"),)


def test_a_credential_in_the_query_stands_in_no_url_that_comes_back() -> None:
    """The printed line takes it from its variable; a wrong one is shown as it was sent."""
    key = Credential("key", "KEY", Secret("s3c ret"), in_query=True)
    endpoint = Endpoint("http://h", query=(("a", "b"),), credentials=(key,))
    assert Job.from_line(Job(endpoint, "/", 1, 5, 1.5).to_line()).endpoint == endpoint
    sent = (Sent("GET", "http://h/?a=1&key=s3c+ret"), Sent("GET", "http://h/?key=wrong"))
    line = json.dumps(failure_out(Failure("c", "GET /", "p", "t", "", sent), endpoint))
    _, right, wrong = failure_in(json.loads(line), endpoint).evidence()
    assert "s3c" not in line
    assert right.endswith("""'http://h/?a=1' --url-query "key=$KEY\"""")
    assert wrong.endswith("'http://h/?key=wrong'")


def test_failure_survives_with_any_bytes_and_surrogates() -> None:
    """Bodies that are no text and text that is no Unicode survive."""
    failure = Failure(
        "check",
        "GET /\ud800",
        "coverage",
        "Odd",
        "lone \udfff",
        (Sent("POST", "http://h", (("X", "\xff"),), bytes(range(256))), Sent("GET", "http://h")),
        Received(500, {"a": "b"}, b"\xff\0", "text/plain"),
        "405",
        "too few methods",
        3,
    )
    told = json.loads(message("phase", failures=[failure_out(failure, PLAIN)]))
    assert failure_in(told["failures"][0], PLAIN) == failure


def test_failure_without_an_answer_survives() -> None:
    """Nothing came back, nothing was sent: that is told too."""
    failure = Failure("no_answer", "GET /", "fuzzing", "No answer")
    assert failure_in(json.loads(json.dumps(failure_out(failure, PLAIN))), PLAIN) == failure


def test_phase_survives() -> None:
    """A phase is told with its counts."""
    counts = {"GET /": {"200": 2, "404": 1}}
    phase = Phase("coverage", {"GET /": 3}, 1.25, True, "why", counts)
    assert phase_in(json.loads(json.dumps(phase_out(phase)))) == phase
