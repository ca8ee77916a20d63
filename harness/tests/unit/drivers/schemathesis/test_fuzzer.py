"""A fuzz run: once, told of, within its time, and never left behind."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apps.good import Response, Service
from apps.prefork import Settings
from apps.schema import broken
from apps.schema.fuzzed import CONFIG, fuzzer
from apps.schema.serving import NOTHING, Asked, served, serving
from apps.schema.steady import Steady

from boxproof.config.options import Forbidden
from boxproof.drivers.schemathesis import FuzzFailed, FuzzingProcess, fuzzing_process
from boxproof.drivers.schemathesis.collect import CASE_HEADER
from boxproof.drivers.schemathesis.wire import Job
from boxproof.endpoint import Credential, Endpoint, ExchangeLimits, Secret
from boxproof.journal import read, within
from boxproof.journal.entries import FuzzEnded, FuzzPhaseEnded, OperationCovered, Requested
from boxproof.probes.fuzzing import UNUSABLE, FuzzRun

PHASES = ["examples", "coverage", "fuzzing", "stateful"]
REQUEST_SECONDS = 20.0


def settings(folder: Path) -> Settings:
    return Settings("127.0.0.1", 0, 1, folder, None)


def run(service: Service, folder: Path, **options: Any) -> FuzzRun:
    with served(service.respond) as server:
        return fuzzer(server.url, folder, **options).results()


def test_every_phase_runs_and_is_told(tmp_path: Path) -> None:
    """Each phase sends requests to each operation; person and journal learn of it."""
    lines: list[str] = []
    seen = run(Steady(settings(tmp_path)), tmp_path, say=lines.append)
    assert [each.name for each in seen.phases] == PHASES
    assert all(each.total and not each.cut_short for each in seen.phases)
    assert len(seen.phase("coverage").cases) == 5
    assert [line.split()[1] for line in lines[: len(PHASES)]] == PHASES
    entries = [each.entry for each in read(tmp_path / "journal.jsonl")]
    assert [each.name for each in entries if isinstance(each, FuzzPhaseEnded)] == PHASES
    (summary,) = [each for each in entries if isinstance(each, FuzzEnded)]
    assert summary.cases == sum(each.total for each in seen.phases)
    assert not [each for each in entries if each.kind == "fuzz-failure"]


def test_every_exchange_stands_in_the_journal(tmp_path: Path) -> None:
    """Whole, bound to whom it was sent to and what it was sent for, when it was sent."""
    with served(Steady(settings(tmp_path)).respond) as server:
        each = fuzzer(server.url, tmp_path)
        with within(clause="schema.requests"):
            seen = each.results()
        asked = list(server.asked)
    recorded = list(read(tmp_path / "journal.jsonl"))
    (ended,) = [one for one in recorded if isinstance(one.entry, FuzzEnded)]
    exchanges = [(one, one.entry) for one in recorded if isinstance(one.entry, Requested)]
    assert len(exchanges) == len(asked) > sum(phase.total for phase in seen.phases)
    assert {one.clause for one, _ in exchanges} == {"schema.requests"}
    for (one, entry), wanted in zip(exchanges, asked, strict=True):
        assert entry.url == f"{server.url}{wanted.target}"
        assert (entry.sent.content if entry.sent else b"") == wanted.body
        assert entry.body is not None
        assert entry.seconds is not None
        assert 0 <= entry.began <= entry.began + entry.seconds <= one.t + 0.001 <= ended.t + 0.001
        assert CASE_HEADER not in [name.lower() for name, _ in entry.request_headers]
    assert {entry.status for _, entry in exchanges} >= {200, 422}


def test_run_takes_place_once(tmp_path: Path) -> None:
    """Whoever asks again gets the same results, without another request."""
    with served(Steady(settings(tmp_path)).respond) as server:
        each = fuzzer(server.url, tmp_path)
        first = each.results()
        count = len(server.asked)
        assert each.results() is first
        assert len(server.asked) == count


def test_failure_can_be_repeated_as_printed(tmp_path: Path) -> None:
    """The curl line of a finding, run by bash, brings the same answer again."""
    service = broken.Crashing(settings(tmp_path))
    with served(service.respond) as server:
        (failure,) = fuzzer(server.url, tmp_path).results().failures
        line = failure.evidence()[1]
        done = subprocess.run(["bash"], input=line.encode(), capture_output=True, timeout=20)
        assert done.stdout.startswith(b"HTTP/1.1 500")
        assert b"codec" in done.stdout
        assert server.asked[-1].body == failure.requests[-1].body


def test_limit_ends_every_phase_in_its_turn_and_keeps_what_it_saw(tmp_path: Path) -> None:
    """A slow service is fuzzed within the limit: a request in each phase's share at most."""

    class Slow(Steady):
        def say(self, wanted: dict[str, Any]) -> Response:
            time.sleep(2.1)
            return Response(500, {"detail": wanted["prompt"][:1]})

    lines: list[str] = []
    began = time.monotonic()
    seen = run(Slow(settings(tmp_path)), tmp_path, say=lines.append, limit_seconds=8.0)
    assert time.monotonic() - began < 30
    assert [each.name for each in seen.phases] == PHASES
    examples = seen.phase("examples")
    assert examples.cut_short
    assert examples.total == 1
    assert "CUT SHORT" in lines[0]
    assert [each.check for each in seen.failures] == ["not_a_server_error"]
    assert seen.errors == ()


def test_request_without_an_answer_is_a_finding(tmp_path: Path) -> None:
    """A connection that ends early is the service's failure, told with the request."""
    with served(broken.HangingUp(settings(tmp_path)).respond) as server:
        seen = fuzzer(server.url, tmp_path).results()
    (failure,) = seen.failures
    assert (failure.check, failure.operation) == ("no_answer", "GET /records")
    assert failure.requests[-1].url.startswith(f"{server.url}/records?limit=100")
    assert failure.answer is None
    assert seen.errors == ()
    entries = [each.entry for each in read(tmp_path / "journal.jsonl")]
    lost = [each for each in entries if isinstance(each, Requested) and each.status is None]
    assert lost
    assert {each.error for each in lost} == {"the connection was closed without an answer"}


def test_nothing_of_the_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and logins of the machine reach neither the document's nor any other request."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password word\n")
    monkeypatch.setenv("NETRC", str(netrc))
    service = Steady(settings(tmp_path))
    with served(service.respond) as server, served(service.respond) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        seen = fuzzer(server.url, tmp_path).results()
        assert proxy.asked == []
        assert not [each for each in server.asked if "authorization" in each.headers]
    assert seen.document_problem == ""
    assert all(each.total for each in seen.phases)


def test_credentials_go_with_each_request_and_are_nowhere_kept(tmp_path: Path) -> None:
    """Findings name the variable; their printed lines are answered as the requests were."""
    key = Credential("X-Key", "API_KEY", Secret("s3cret"))
    with served(broken.Crashing(settings(tmp_path)).respond) as server:
        endpoint = Endpoint(server.url, (("X-Team", "a"),), (key,), limits=ExchangeLimits(5.0))
        (failure,) = fuzzer(endpoint, tmp_path).results().failures
        assert {each.headers.get("x-key") for each in server.asked} == {"s3cret"}
        assert {each.headers.get("x-team") for each in server.asked} == {"a"}
        line = failure.evidence()[1]
        subprocess.run(["bash", "-c", line], check=True, env={**os.environ, "API_KEY": "s3cret"})
        assert server.asked[-1].headers["x-key"] == "s3cret"
        assert server.asked[-1].body == failure.requests[-1].body
    kept = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert kept
    assert not [each for each in kept if b"s3cret" in each.read_bytes()]


def test_redirects_are_not_followed(tmp_path: Path) -> None:
    """What a redirect leads to is not the service that is judged."""

    class Moving(Steady):
        def say(self, wanted: dict[str, Any]) -> Response:
            del wanted
            return Response(307, {}, {"Location": f"{elsewhere.url}/say"})

    def respond(*_: object) -> Response:
        return Response(200, {})

    with served(respond) as elsewhere, served(Moving(settings(tmp_path)).respond) as server:
        fuzzer(server.url, tmp_path).results()
        assert [each for each in server.asked if each.target == "/say"]
        assert elsewhere.asked == []


@pytest.mark.parametrize(("forbidden", "found"), [(CONFIG.forbidden, 0), (None, 1)])
def test_only_the_refusal_of_a_forbidden_word_is_forgiven(
    tmp_path: Path, forbidden: Forbidden | None, found: int
) -> None:
    """The document's example holds such a word; its 400 is right only where that is promised."""

    class Tempting(Steady):
        def document(self) -> Response:
            document = super().document().body
            document["components"]["schemas"]["Wanted"]["examples"] = [{"prompt": "I HATE it"}]
            return Response(200, document)

    config = replace(CONFIG, forbidden=forbidden)
    seen = run(Tempting(settings(tmp_path)), tmp_path, config=config)
    assert [each.check for each in seen.failures] == ["positive_data_acceptance"] * found


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (Response(404, {}), "HTTP 404 Not Found"),
        (Response(500, {}), "HTTP 500"),
        (Response(200, {"hello": "world"}), "Open API version"),
        (Response(200, ["openapi"]), "valid OpenAPI"),
        (Response(200, "<html>", {"Content-Type": "text/html"}), "valid OpenAPI"),
        (Response(200, {"openapi": "3.1.0", "info": {}}), "/info"),
        (
            Response(200, {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}),
            "no operation",
        ),
        (
            Response(200, {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": 5}),
            "/paths",
        ),
        (Response(200, {"openapi": 3}), "form of OpenAPI"),
    ],
)
def test_unusable_document_is_one_line(tmp_path: Path, document: Response, words: str) -> None:
    """What is no usable document is told in one line, not as a failure of the tool."""
    with served(lambda *_: document) as server:
        seen = fuzzer(server.url, tmp_path).results()
        assert len(server.asked) == 1
    assert seen.document_problem
    assert words in seen.document_problem
    assert "\n" not in seen.document_problem
    assert seen.phases == ()


def test_a_document_that_is_invalid_in_one_place_is_used_everywhere_else(tmp_path: Path) -> None:
    """BentoML's has a schema of OpenAPI 3.1 in a document of 3.0, for an operation of its own."""

    class Mixed(broken.Crashing):
        def document(self) -> Response:
            document = super().document().body
            made = {"anyOf": [{"type": "string"}, {"type": "nothing"}]}
            document["components"]["schemas"]["Task"] = {"properties": {"made/at": made}}
            return Response(200, document)

    seen = run(Mixed(settings(tmp_path)), tmp_path)
    assert (seen.document_problem, seen.errors) == ("", ())
    assert [each.check for each in seen.failures] == ["not_a_server_error"]


def test_an_operation_that_cannot_be_understood_is_told(tmp_path: Path) -> None:
    """It is the document's fault in every phase, not the tool's, and the others are tried."""

    class Garbled(Steady):
        def document(self) -> Response:
            document = super().document().body
            document["components"]["schemas"]["Wanted"]["properties"]["prompt"] = {"type": "text"}
            return Response(200, document)

    seen = run(Garbled(settings(tmp_path)), tmp_path)
    assert (seen.document_problem, seen.errors) == ("", ())
    assert {each.check for each in seen.failures} == {UNUSABLE}
    assert seen.failures[0].operation == "POST /say"
    assert any("GET /records" in each.cases for each in seen.phases)


def test_a_document_over_which_the_tool_falls_is_at_fault(tmp_path: Path) -> None:
    """The tool may end where the form of OpenAPI is not kept; that is no failure of the tool."""

    class Garbled(Steady):
        def document(self) -> Response:
            document = super().document().body
            document["paths"]["/other"] = {"get": "oops"}
            return Response(200, document)

    seen = run(Garbled(settings(tmp_path)), tmp_path)
    assert seen.document_problem.startswith("it is not valid OpenAPI at /paths/~1other/get: ")


def test_what_is_described_elsewhere_may_be_anything(tmp_path: Path) -> None:
    """No other server is asked for it; the operations are tried all the same."""
    elsewhere = "https://schemas.example.org/all.yaml#/components/"

    class Scattered(Steady):
        def document(self) -> Response:
            document = super().document().body
            paths = document["paths"]
            one = paths["/records/{record_id}"]["get"]
            one["parameters"] = [{"$ref": f"{elsewhere}parameters/id"}]
            one["responses"] = {
                "200": {"$ref": f"{elsewhere}responses/Record"},
                "404": {"$ref": f"{elsewhere}responses/Missing"},
                "422": {"$ref": f"{elsewhere}responses/Invalid"},
            }
            wanted = document["components"]["schemas"]["Wanted"]
            wanted["properties"]["prompt"] = {"$ref": f"{elsewhere}schemas/Prompt"}
            return Response(200, document)

    lines: list[str] = []
    seen = run(Scattered(settings(tmp_path)), tmp_path, say=lines.append)
    assert (seen.document_problem, seen.errors) == ("", ())
    assert seen.reach == ""
    assert seen.failures == ()
    assert lines[0] == (
        f"schema: {elsewhere}parameters/id and 4 more: not followed; what it describes may be "
        "anything"
    )


def test_a_schema_of_which_a_part_is_described_elsewhere_refuses_no_more(tmp_path: Path) -> None:
    """What is left of a choice would not take what the whole of it takes."""
    elsewhere = {"$ref": "https://schemas.example.org/all.yaml#/components/schemas/Text"}

    class Scattered(Steady):
        def document(self) -> Response:
            document = super().document().body
            document["components"]["schemas"]["Record"]["properties"] |= {
                "id": {"anyOf": [elsewhere, {"type": "integer"}]},
                "prompt": {"oneOf": [elsewhere, {"type": "string"}]},
                "text": {"allOf": [elsewhere]},
                "created_at": {"not": elsewhere},
            }
            return Response(200, document)

    seen = run(Scattered(settings(tmp_path)), tmp_path)
    assert (seen.document_problem, seen.errors) == ("", ())
    assert seen.failures == ()


def test_a_body_that_is_not_described_may_be_refused(tmp_path: Path) -> None:
    """That a document names its media type alone does not promise that anything is accepted."""

    class Open(Steady):
        def document(self) -> Response:
            document = super().document().body
            say = document["paths"]["/say"]["post"]
            say["requestBody"]["content"] = {"application/json": {"schema": {"title": "Payload"}}}
            return Response(200, document)

    seen = run(Open(settings(tmp_path)), tmp_path)
    assert (seen.document_problem, seen.errors) == ("", ())
    assert any("POST /say" in each.cases for each in seen.phases)
    assert seen.failures == ()


@pytest.mark.parametrize(
    ("without", "wrong", "checks"),
    [
        (404, 413, set()),
        (200, 422, {"missing_required_header", "negative_data_rejection"}),
        (500, 422, {"not_a_server_error"}),
        (404, 200, {"negative_data_rejection"}),
    ],
)
def test_what_is_missing_or_wrong_may_be_refused_in_any_words(
    tmp_path: Path, without: int, wrong: int, checks: set[str]
) -> None:
    """Not found is refused, too, and so is too large; what fails has not accepted anything."""
    header = {"name": "X-Team", "in": "header", "required": True, "schema": {"const": "a"}}

    class Led(Steady):
        def document(self) -> Response:
            document = super().document().body
            document["paths"]["/health"]["get"]["parameters"] = [header]
            document["paths"] = {"/health": document["paths"]["/health"]}
            return Response(200, document)

    service = Led(settings(tmp_path))

    def answer(asked: Asked) -> Response:
        there = service.respond(asked.method, asked.target, "", asked.body)
        if asked.target != "/health" or there.status != 200 or asked.headers.get("x-team") == "a":
            return there
        if "x-team" in asked.headers:
            return Response(wrong, {"detail": "not that team"} if wrong != 200 else there.body)
        return Response(without, {"detail": "no"} if without != 200 else there.body)

    with serving(answer) as server:
        seen = fuzzer(server.url, tmp_path).results()
    assert (seen.document_problem, seen.errors) == ("", ())
    assert {each.check for each in seen.failures} - {"status_code_conformance"} == checks


def test_what_follows_from_another_finding_is_not_told_as_well(tmp_path: Path) -> None:
    """One mistake is one finding; and what has no body needs no media type."""
    untyped = {"Content-Type": ""}
    answers = {
        "/well": Response(200, {}),
        "/page": Response(404, "<p>", {"Content-Type": "text/html"}),
        "/silent": Response(200, NOTHING, untyped),
        "/list": Response(200, [], untyped),
        "/gone": Response(204, NOTHING, untyped),
    }
    schema = {"description": "a thing", "schema": {"type": "object"}}
    responses = {"200": schema, "204": {"description": "nothing"}}
    document = {
        "swagger": "2.0",
        "info": {"title": "things", "version": "1"},
        "produces": ["application/json"],
        "paths": {path: {"get": {"responses": responses}} for path in answers},
    }

    def answer(asked: Asked) -> Response:
        if asked.method != "GET":
            return Response(405, NOTHING, {"Allow": "GET"})
        return {"/openapi.json": Response(200, document), **answers}[asked.target.partition("?")[0]]

    with serving(answer) as server:
        config = replace(CONFIG, records={}, forbidden=None)
        seen = fuzzer(server.url, tmp_path, config=config).results()
    assert (seen.document_problem, seen.errors) == ("", ())
    assert {(each.operation, each.check) for each in seen.failures} == {
        ("GET /page", "status_code_conformance"),
        ("GET /silent", "content_type_conformance"),
        ("GET /list", "content_type_conformance"),
        ("GET /list", "response_schema_conformance"),
    }


def test_nobody_there_is_one_line(tmp_path: Path) -> None:
    """A service that refuses connections has no document either."""
    with served(lambda *_: Response(200, {})) as server:
        url = server.url
    seen = fuzzer(url, tmp_path).results()
    assert "refused" in seen.document_problem


def test_tool_that_dies_says_nothing_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends without a result is a failure of the tool, now and when asked again."""
    monkeypatch.setattr(fuzzing_process, "WORKER", "no.such.module")
    each = fuzzer("http://127.0.0.1:9", tmp_path)
    with pytest.raises(FuzzFailed, match=r"no\.such|No module named"):
        each.results()
    monkeypatch.undo()
    with pytest.raises(FuzzFailed):
        each.results()


def test_tool_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process beyond its limit is killed, and its run failed."""
    # It waits for its first answer, and would for as long as a request may take.
    monkeypatch.setattr(fuzzing_process, "GRACE_SECONDS", -REQUEST_SECONDS)
    leave = threading.Event()

    def respond(*_: object) -> Response:
        leave.wait(20)
        return Response(404, {})

    with served(respond) as server:
        endpoint = Endpoint(server.url, limits=ExchangeLimits(REQUEST_SECONDS))
        job = Job(endpoint, "/openapi.json", 1, 1, limit_seconds=1.0)
        with pytest.raises(FuzzFailed, match="time limit"):
            list(FuzzingProcess(tmp_path).messages(job))
        leave.set()


def test_process_that_gets_no_job_ends(tmp_path: Path) -> None:
    """Started early for a run that ends before it fuzzes, it is ended, and again without harm."""
    process = FuzzingProcess(tmp_path)
    child = process._process
    process.close()
    process.close()
    assert child.returncode is not None


def test_process_whose_job_never_comes_says_nothing() -> None:
    """Its parent gone before it was told what to do, it ends without a traceback."""
    ended = subprocess.run(
        [sys.executable, "-P", "-m", fuzzing_process.WORKER],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_process_ends_with_its_parent(tmp_path: Path) -> None:
    """Killed without warning, the harness leaves no fuzzing process behind."""
    entered, leave = threading.Event(), threading.Event()

    def respond(*_: object) -> Response:
        entered.set()
        leave.wait(20)
        return Response(404, {})

    with served(respond) as server:
        job = Job(Endpoint(server.url), "/openapi.json", 1, 1, 60.0)
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(tmp_path), job.to_line()], stdout=subprocess.PIPE
        )
        with parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            assert entered.wait(20)
            parent.kill()
        deadline = time.monotonic() + 10
        while Path(f"/proc/{child}").exists() and not ended(child):
            assert time.monotonic() < deadline, "the fuzzing process goes on"
            threading.Event().wait(0.02)
        leave.set()


def ended(pid: int) -> bool:
    """Whether a process is a zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


#: Starts a job, prints the fuzzing process's id, and follows it.
PARENT = """
import sys
from pathlib import Path
from boxproof.drivers.schemathesis import fuzzing_process
from boxproof.drivers.schemathesis.wire import Job

start = fuzzing_process._start

def told(*args):
    child = start(*args)
    print(child.pid, flush=True)
    return child

fuzzing_process._start = told
list(fuzzing_process.FuzzingProcess(Path(sys.argv[1])).messages(Job.from_line(sys.argv[2])))
"""


def test_what_the_requests_covered_of_the_document_is_told_in_figures(tmp_path: Path) -> None:
    """Statuses of those documented, parameters given, values inside, on and outside of keywords."""
    lines: list[str] = []
    seen = run(Steady(settings(tmp_path)), tmp_path, say=lines.append)
    covered = {each.operation: each for each in seen.covered}
    assert len(covered) == seen.operations
    said = covered["POST /say"]
    assert said.cases == sum(each.cases["POST /say"] for each in seen.phases) - _borrowed(seen)
    assert {"200", "422"} <= {*said.documented_seen} <= {*said.documented}
    (body,) = said.parameters
    assert (body.name, body.location, body.required) == ("application/json", "body", True)
    assert body.given
    assert body.left_out
    of = {(each.pointer, each.keyword): each for each in said.keywords}
    longest = of["/prompt", "maxLength"]
    assert longest.limit == 500
    assert longest.inside
    assert longest.on
    assert longest.outside
    assert of["/prompt", "type"].outside
    assert of["", "required"].outside
    listed = {each.name: each for each in covered["GET /records"].parameters}
    assert listed["limit"].given
    assert listed["limit"].left_out
    most = {each.keyword: each for each in covered["GET /records"].keywords if each.limit == 100}
    assert most["maximum"].on
    entries = [each.entry for each in read(tmp_path / "journal.jsonl")]
    journaled = [each.coverage for each in entries if isinstance(each, OperationCovered)]
    assert journaled == [*seen.covered]
    assert lines[-2].startswith("schema: 5 of 5 operations reached, ")
    assert lines[-1].startswith("schema: values inside ")


def _borrowed(seen: FuzzRun) -> int:
    """Requests of methods that are not described, which are counted with an operation beside."""
    return sum(
        count
        for each in seen.phases
        for status, count in each.statuses.get("POST /say", {}).items()
        if status == "405"
    )


def test_operations_that_no_request_succeeded_with_are_named(tmp_path: Path) -> None:
    """With what they returned: nothing else was seen of them."""

    class Unknowing(Service):
        def read(self, record_id: str) -> Response:
            return Response(404, {"detail": f"no record {record_id!r}"})

    lines: list[str] = []
    seen = run(Unknowing(settings(tmp_path)), tmp_path, say=lines.append)
    assert [*seen.never_done] == ["GET /records/{record_id}"]
    assert lines[-1] == "schema: no request succeeded with GET /records/{record_id} (404, 405)"
