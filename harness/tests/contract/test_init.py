"""``boxproof init`` on toys as local processes: what it writes is what a run then judges."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from apps.good import Response
from apps.judging import TESTS, judge
from apps.schema.serving import NOTHING, Asked, serving
from apps.styles import Style, Styled

from boxproof.config import load
from boxproof.config.options import Credential
from boxproof.core.polling import until
from boxproof.discovery.beginning import Wanted, begin

LIMIT_SECONDS = 120


def init(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``boxproof init`` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "boxproof", "init", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TESTS), **environment},
        text=True,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def test_the_file_of_a_good_service_is_judged_and_all_is_kept(tmp_path: Path) -> None:
    """With its document, its records and their list, without a line by hand."""
    done = init(tmp_path, "--command", f"{sys.executable} -m apps.good")
    assert done.returncode == 0, done.stdout + done.stderr
    file = tmp_path / "boxproof.toml"
    found = load(file)
    assert found.work.path == "/say"
    assert (found.work.text, found.health.model_loaded) == ("/prompt", "/model_loaded")
    assert found.work.heavy == {"steps": 200}
    kind = found.records["records"]
    assert kind.list is not None
    assert (kind.list.order, kind.list.before, kind.list.limit) == ("newest", "before", "limit")
    families = ("--family", "smoke", "--family", "records")
    report = tmp_path / "report"
    seen = judge(file, report, "--target", "process", *families, PYTHONPATH=str(TESTS))
    assert seen.said("kept") == seen.clauses.keys(), seen.output
    assert len(seen.clauses) > 15


def test_a_second_time_nothing_is_overwritten_and_nothing_is_booted(tmp_path: Path) -> None:
    """One line, before anything is begun."""
    (tmp_path / "boxproof.toml").write_text("mine")
    done = init(tmp_path, "--command", "false")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "boxproof: boxproof.toml: is there already; --config FILE names another\n"
    )


def test_a_server_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    """With the exit code of a boot that failed; nothing is written."""
    done = init(tmp_path, "--command", f"{sys.executable} -c 'raise SystemExit(\"no model\")'")
    assert done.returncode == 3, done.stderr
    assert "no model" in done.stdout
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "boxproof.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "holds no compose.yaml; --compose FILE names one"),
        (("--allow-writes",), "--allow-writes goes with --url URL"),
        (("--command", "a", "--url", "http://localhost"), "exclude each other"),
        (("--command", "'"), "is not a command line"),
        (("--url", "localhost:80"), "is not a valid http or https URL"),
        (("--credential", "sk-secret-value", "--command", "a"), "--credential: takes bearer=VAR"),
        (("--credential", "header=sk-secret", "--command", "a"), "--credential: takes bearer=VAR"),
        (("--credential", "bearer:x=sk-secret", "--command", "a"), "--credential: takes bearer=V"),
        (
            ("--credential", "bearer=sk-secret", "--command", "a"),
            "variable that it names is not set",
        ),
    ],
)
def test_what_cannot_be_described_is_said_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """With the exit code of a wrong use."""
    done = init(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "sk-secret" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_service_at_a_url_is_sent_nothing_that_writes(tmp_path: Path) -> None:
    """Whatever it is found to have."""
    styled = Styled(Style())
    methods: list[str] = []

    def answer(asked: Asked) -> Response:
        methods.append(asked.method)
        return styled.answer(asked)

    with serving(answer) as server:
        done = init(tmp_path, "--url", server.url)
        assert done.returncode == 0, done.stderr
        assert set(methods) == {"GET"}


def test_without_a_health_path_the_document_says_that_the_service_answers(tmp_path: Path) -> None:
    """An unknown path answers 404 of any service that listens; it is no sign of readiness."""

    def answer(asked: Asked) -> Response:
        document = {"openapi": "3.1.0", "paths": {"/notes": {"get": {}}}}
        return Response(200, document) if asked.target == "/openapi.json" else Response(404, {})

    with serving(answer) as server:
        done = init(tmp_path, "--url", server.url)
    assert done.returncode == 0, done.stderr
    found = load(tmp_path / "boxproof.toml").health
    assert (found.path, found.status) == ("/openapi.json", 200)
    assert "look at health.path" in done.stdout


def test_a_health_path_without_a_body_is_one(tmp_path: Path) -> None:
    """204 says as much as 200."""

    def answer(asked: Asked) -> Response:
        document = {"openapi": "3.1.0", "paths": {"/notes": {"get": {}}}}
        found = {"/openapi.json": Response(200, document), "/ping": Response(204, NOTHING)}
        return found.get(asked.target, Response(404, {}))

    with serving(answer) as server:
        done = init(tmp_path, "--url", server.url)
    assert done.returncode == 0, done.stderr
    found = load(tmp_path / "boxproof.toml").health
    assert (found.path, found.status) == ("/ping", 204)


def test_of_what_a_service_at_a_url_lists_nothing_is_copied(tmp_path: Path) -> None:
    """It may be somebody's; a boot of init's own has nothing but what its image brings."""
    takes: dict[str, Any] = {
        "post": {"requestBody": {"content": {"application/json": {"schema": {}}}}}
    }
    described = {"openapi": "3.1.0", "paths": {"/notes": {**takes, "get": {}}}}

    def answer(asked: Asked) -> Response:
        if asked.target == "/openapi.json":
            return Response(200, described)
        if asked.target == "/notes":
            return Response(200, [{"id": 1, "text": "a private note"}])
        return Response(200 if asked.target == "/health" else 404, {})

    with serving(answer) as server:
        done = init(tmp_path, "--url", server.url, "--allow-writes")
        assert done.returncode == 0, done.stderr
    assert "/notes" in (tmp_path / "boxproof.toml").read_text()
    assert "private" not in (tmp_path / "boxproof.toml").read_text()


@pytest.mark.parametrize(
    ("services", "port"),
    [
        ("{api: {build: .}}", 0),
        ("{api: {ports: [{target: 9000}], volumes: [{type: volume, target: /data}]}}", 9000),
        ("{api: {ports: ['127.0.0.1:80:9000/tcp'], volumes: ['./model:/model:ro,z']}}", 9000),
        ("[api]", 0),
        ("{api: {ports: ['${PORT:-8000}']}}", 0),
    ],
)
def test_of_a_compose_file_that_nobody_resolved_what_is_plain_is_taken(
    tmp_path: Path, services: str, port: int
) -> None:
    """Without an engine there is nobody to resolve it, and nothing in it is an error."""
    (tmp_path / "compose.yaml").write_text(f"services: {services}")
    begun = begin(Wanted(tmp_path / "boxproof.toml", command=("server",)))
    assert begun.draft.config.service.port == port


def test_a_token_lets_requests_in_and_stands_nowhere(tmp_path: Path) -> None:
    """Without it the file says what is missing."""
    keys = {"KEYS": "a-key-of-a-user,another-key", "API_KEY": "a-key-of-a-user"}
    command = ("--command", f"{sys.executable} -m apps.credentials.keyed")
    done = init(tmp_path, *command, **keys)
    assert "requests returned 401 or 403; --credential says what lets them in" in done.stdout
    file = tmp_path / "boxproof.toml"
    file.unlink()
    done = init(tmp_path, *command, "--credential", "bearer=API_KEY", **keys)
    assert done.returncode == 0, done.stderr
    found = load(file)
    assert found.credential is not None
    assert (found.credential.variable, found.work.path) == ("API_KEY", "/say")
    assert found.record is not None
    assert keys["API_KEY"] not in done.stdout + done.stderr + file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("basic:alice=KEY", Credential("basic", user="alice", variable="KEY")),
        ("header:X-API-Key=KEY", Credential("header", "X-API-Key", variable="KEY")),
        ("cookie:session=KEY", Credential("cookie", "session", variable="KEY")),
        ("query:key=KEY", Credential("query", "key", variable="KEY")),
    ],
)
def test_every_scheme_is_sent_and_written(tmp_path: Path, given: str, found: Credential) -> None:
    """The service sees it with each request, and the file says how."""
    seen: list[Asked] = []
    styled = Styled(Style())

    def answer(asked: Asked) -> Response:
        seen.append(asked)
        return styled.answer(asked)

    with serving(answer) as server:
        done = init(tmp_path, "--url", server.url, "--credential", given, KEY="a-key-of-a-user")
    assert done.returncode == 0, done.stderr
    assert load(tmp_path / "boxproof.toml").credential == found
    sent = {"basic": "Basic YWxpY2U6YS1rZXktb2YtYS11c2Vy"}.get(found.scheme, "a-key-of-a-user")
    assert all(sent in f"{each.target} {each.headers}" for each in seen)


@pytest.mark.usefixtures("heeded")
def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    """Neither a file nor the server."""
    (tmp_path / "server.py").write_text(
        "import os, pathlib, time\n"
        "pathlib.Path('began').write_text(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    arguments = [sys.executable, "-m", "boxproof", "init", "--command"]
    process = subprocess.Popen(
        [*arguments, f"{sys.executable} server.py"], cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    began = tmp_path / "began"
    until(lambda: began.exists() and began.read_text() != "", LIMIT_SECONDS)
    process.send_signal(signal.SIGINT)
    assert process.wait(LIMIT_SECONDS) == 130
    assert not psutil.pid_exists(int(began.read_text()))
    assert not (tmp_path / "boxproof.toml").exists()
