"""``boxproof run --target url``: what a service that runs already is sent, and what is judged."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.good import Response, Service
from apps.prefork import Settings
from apps.schema.serving import Asked, HangUp, Server, served
from plugin.conftest import TOY, Boxproof

from boxproof.core.request_quota import SAFE_METHODS
from boxproof.core.verdicts import Cause
from boxproof.probes.refused_requests import UNKNOWN

BASE = "/api/v1"
#: Nothing of it is booted.
DESCRIBED = TOY.split("[process]")[0].replace("port = 8000\n", "") + "[schema]\nmax_examples = 3\n"
FAST = "[url]\nrequests_per_second = 1000\n"
NEVER_WRITES = {
    "smoke.health-answers",
    "smoke.unknown-path",
    "hygiene.documents-without-secrets",
    "hygiene.origins-not-reflected",
    "schema.openapi-valid",
    "schema.document-usable",
    "schema.documented-body",
    "schema.documented-headers",
    "schema.documented-status",
    "schema.head-like-get",
    "schema.internals-hidden",
    "schema.invalid-rejected",
    "schema.no-server-error",
    "schema.strict-json",
    "schema.valid-accepted",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The good toy below a path that a proxy strips, which remembers what it was asked."""
    toy = Service(Settings("127.0.0.1", 0, 1, tmp_path, None))

    def respond(method: str, path: str, query: str, body: bytes) -> Response:
        if not path.startswith(f"{BASE}/"):
            return Response(418, {})
        return toy.respond(method, path.removeprefix(BASE), query, body)

    with served(respond) as made:
        yield made


@pytest.fixture
def at_url(boxproof_command: Boxproof, server: Server) -> Boxproof:
    """The command, with a boxproof.toml that names no port and no command."""
    boxproof_command.config.write_text(DESCRIBED + FAST)
    boxproof_command.to = ("run", "--target", "url", "--url", server.url + BASE)
    return boxproof_command


def verdicts(command: Boxproof) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in command.report()["clauses"]}


def test_nothing_is_sent_but_what_reads(at_url: Boxproof, server: Server) -> None:
    """Whatever can be judged so is judged, the schema's clauses in part; the rest is told."""
    code, out, err = at_url.run(*at_url.to)
    assert (code, err) == (0, ""), out
    assert {each.method for each in server.asked} <= set(SAFE_METHODS)
    assert not [each for each in server.asked if not each.target.startswith(BASE)]
    said = verdicts(at_url)
    assert {id for id, verdict in said.items() if verdict == "kept"} == NEVER_WRITES
    assert {said[id] for id in said.keys() - NEVER_WRITES} == {"not judged"}
    assert "alone, at most 1000 requests a second and 1000 in all" in out
    assert f"requests sent: {len(server.asked)}" in out
    clauses = {each["id"]: each for each in at_url.report()["clauses"]}
    assert clauses["schema.documented-body"]["summary"] == "judged by GET, HEAD and OPTIONS alone"
    assert at_url.report()["run"]["url"] == server.url + BASE


def test_writing_is_allowed_and_faults_never_are(at_url: Boxproof, server: Server) -> None:
    """The records are judged, those under load too; nothing in the network's way."""
    arguments = ("--allow-writes", "-k", "records or network or first")
    # A list of all records shows one that is stored twice.
    described = DESCRIBED.replace('path = "/records"', 'path = "/records"\nbefore = "before"')
    at_url.config.write_text(f"{described}{FAST}max_requests = 10000\n")
    code, out, _ = at_url.run(*at_url.to, *arguments, "--max-examples", "2")
    assert code == 0, out
    said = verdicts(at_url)
    assert "POST" in {each.method for each in server.asked}
    assert said["smoke.first-work"] == "kept"
    assert said["persistence.survives-slow-network"] == "not judged"
    assert {v for id, v in said.items() if id.startswith("records.")} == {"kept"}, out


def test_a_service_that_falls_silent_is_told_of_the_clause_that_it_began_with(
    at_url: Boxproof, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can start it again: each clause after that names the one, and not its neighbour."""
    answer = server.answer

    def silent(asked: Asked) -> Response:
        if any(each.target == BASE + UNKNOWN for each in server.asked):
            raise HangUp
        return answer(asked)

    monkeypatch.setattr(server, "answer", silent)
    chosen = "unknown-path or openapi-valid or wrong-method"
    code, out, _ = at_url.run(*at_url.to, "--allow-writes", "-k", chosen)
    assert code == 1, out
    said = {each["id"]: each["summary"] for each in at_url.report()["clauses"]}
    for clause in ("schema.openapi-valid", "smoke.wrong-method"):
        assert said[clause].startswith("the service answers nothing since smoke.unknown-path")


def test_a_job_of_github_reads_its_own_lines_alone(
    at_url: Boxproof, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors beside it, and no command of whoever is judged."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setattr(server, "answer", lambda _: Response(200, {}))
    code, out, _ = at_url.run(*at_url.to, "-k", "unknown-path")
    assert code == 1, out
    lines = out.splitlines()
    (stop,) = (line for line in lines if line.startswith("::stop-commands::"))
    resume = lines.index(f"::{stop.rpartition('::')[2]}::")
    assert "broken: smoke.unknown-path (MUST)" in lines[lines.index(stop) : resume]
    errors = [line for line in lines[resume:] if line.startswith("::error ")]
    assert errors == [
        "::error title=broken%3A smoke.unknown-path (MUST)::an unknown path returned 200, not 404"
    ]


@pytest.mark.parametrize("most", [3, 30])
def test_what_the_budget_leaves_is_not_judged(at_url: Boxproof, server: Server, most: int) -> None:
    """Also where it is spent in the midst of fuzzing; not one request more is sent."""
    at_url.config.write_text(f"{DESCRIBED}{FAST}max_requests = {most}\n")
    code, out, _ = at_url.run(*at_url.to)
    assert code == 0, out
    assert len(server.asked) == most
    clauses = {each["id"]: each for each in at_url.report()["clauses"]}
    assert clauses["smoke.health-answers"]["verdict"] == "kept"
    left = clauses["schema.documented-body"]
    assert (left["verdict"], left["cause"]) == ("not judged", Cause.BUDGET)
    assert left["summary"] == f"all {most} requests that [url] max_requests allows were sent"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "url"], "--target url needs --url URL"),
        (["--target", "process", "--url", "http://127.0.0.1:1"], "not with --target process"),
        (["--target", "process", "--allow-writes"], "--allow-writes goes with --url URL"),
        (["--url", "http://127.0.0.1:1"], "does not answer"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    at_url: Boxproof, arguments: list[str], words: str
) -> None:
    """And wrong usage: nothing of it is the fault of a boot."""
    code, _, err = at_url.run("run", *arguments)
    assert code == 2
    assert err.count("\n") == 1
    assert words in err
    assert not (at_url.folder / "report").exists()


def test_what_is_judged_there_is_listed(boxproof_command: Boxproof) -> None:
    """With what takes --allow-writes; what needs an ability or disturbs is left out."""
    text = boxproof_command.config.read_text()
    boxproof_command.config.write_text(f"{text}\n[schema]\n")
    code, out, _ = boxproof_command.run("list", "--target", "url")
    assert code == 0
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert "smoke.health-answers" in lines
    assert "smoke.first-work  (with --allow-writes)" in lines
    assert "schema.documented-body  (in part; the whole with --allow-writes)" in lines
    listed = {line.split()[0] for line in lines}
    assert not listed & {"lifecycle.stops-cleanly", "persistence.survives-slow-network"}
