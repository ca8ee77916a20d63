"""A docker command of the test's own."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from boxproof.targets.run_lock import Run

FakeDocker = Callable[[str], Path]
FakeApi = Callable[[Mapping[str, Any]], Path]

#: Answers on standard output what is asked on standard input, from the file of all answers.
API = """
import json, sys
while request := sys.stdin.buffer.readline():
    while sys.stdin.buffer.readline().strip():
        pass
    path = request.split()[1].decode()
    said = json.load(open(sys.argv[1])).get(path)
    if said == "hang up":
        break
    body = json.dumps(said if said is not None else {"message": "not found"}).encode()
    status = b"200 OK" if said is not None else b"404 Not Found"
    head = b"HTTP/1.1 %s\\r\\nContent-Length: %d\\r\\n\\r\\n" % (status, len(body))
    sys.stdout.buffer.write(head + body)
    sys.stdout.buffer.flush()
"""


@pytest.fixture
def fake_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """Puts a shell script in docker's place; returns the file that notes its arguments."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    calls = tmp_path / "calls"

    def install(script: str) -> Path:
        command = folder / "docker"
        command.write_text(f'#!/bin/sh\necho "$@" >>{calls}\n{script}\n')
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return calls

    return install


@pytest.fixture
def fake_api(fake_docker: FakeDocker, tmp_path: Path) -> FakeApi:
    """Puts answers in the place of the engine's API, by path; returns the calls of docker."""
    script, answers = tmp_path / "api.py", tmp_path / "answers.json"
    script.write_text(API)

    def answer(by_path: Mapping[str, Any]) -> Path:
        answers.write_text(json.dumps(by_path))
        return fake_docker(f"[ $2 = dial-stdio ] && exec {sys.executable} -IS {script} {answers}")

    return answer


@pytest.fixture
def run(own_tmpdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run of the test's own."""
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with Run(own_tmpdir) as made:
        yield made
