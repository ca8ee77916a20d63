"""An export runs as it is: it passes on a good service and fails on a broken one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.document import openapi
from apps.good import Response, Service
from apps.prefork import Settings
from apps.schema.serving import Asked, Server, serving

KEY = "only-for-trying-it"
DESCRIBED = """
contract = 1

[service]
name = "toy"

[credential]
scheme = "header"
name = "X-Key"
variable = "TOY_KEY"

[health]
path = "/health"

[welcome]

[work]
path = "/say"
body = { prompt = "It's \\"a\\" \\\\ $HOME é", steps = 5 }
text = "/prompt"

[schema]
path = "/openapi.json"
committed = "openapi.json"

[records.records]
id = "/id"
text = "/prompt"
read = { path = "/records/{id}" }
list = { path = "/records", items = "/items" }
"""


@pytest.fixture
def broken() -> set[str]:
    """The paths that return 500."""
    return set()


@pytest.fixture
def server(tmp_path: Path, broken: set[str]) -> Iterator[Server]:
    """The good toy, which lets in who has the key."""
    toy = Service(Settings("127.0.0.1", 0, 1, tmp_path, None))

    def answer(asked: Asked) -> Response:
        if asked.headers.get("x-key") != KEY:
            return Response(401, {"detail": "who are you?"})
        if asked.path in broken:
            return Response(500, {"detail": "broken"})
        return toy.respond(asked.method, asked.path, asked.query, asked.body)

    with serving(answer) as made:
        yield made


def exported(name: str, folder: Path) -> Path:
    """The file of a format, made of a boxproof.toml and a committed document."""
    (folder / "boxproof.toml").write_text(DESCRIBED)
    (folder / "openapi.json").write_text(json.dumps(openapi()))
    file = folder / {"pytest": "test_service.py", "locust": "locustfile.py"}.get(name, name)
    command = [sys.executable, "-m", "boxproof", "export", name, "--output", str(file)]
    subprocess.run(command, cwd=folder, check=True, timeout=60)
    assert KEY not in file.read_text()
    return file


def ran(command: list[str], server: Server, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A command that is told where the service is, and what lets it in."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "BASE_URL": server.url, "TOY_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def commands(file: Path, server: Server) -> dict[str, list[str]]:
    """How each format is run."""
    pytest_alone = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    locust = [sys.executable, "-m", "locust", "-f", str(file), "--headless", "-u", "5", "-r", "5"]
    newman = ["npx", "--yes", "newman@6", "run", str(file)]
    newman += ["--env-var", f"base_url={server.url}", "--env-var", f"TOY_KEY={KEY}"]
    return {
        "curl": ["bash", str(file)],
        "pytest": [*pytest_alone, f"--rootdir={file.parent}", str(file)],
        "locust": [*locust, "-t", "8s", "--only-summary", "--exit-code-on-error", "1"],
        "postman": newman,
    }


FORMATS = ["curl", "pytest", "locust", pytest.param("postman", marks=pytest.mark.long)]


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_passes_on_a_good_service_and_fails_on_a_broken_one(
    name: str, server: Server, broken: set[str], tmp_path: Path
) -> None:
    """Its work is sent as ``boxproof.toml`` has it, quotes and all."""
    if name == "postman" and shutil.which("npx") is None:
        pytest.skip("npx, which runs Newman, is not installed")
    file = exported(name, tmp_path)
    command = commands(file, server)[name]
    done = ran(command, server, tmp_path)
    assert done.returncode == 0, done.stdout
    bodies = [each.body for each in server.asked if each.path == "/say"]
    assert json.dumps({"prompt": 'It\'s "a" \\ $HOME é', "steps": 5}).encode() in bodies
    broken.add("/health")
    done = ran(command, server, tmp_path)
    assert done.returncode != 0, done.stdout
    assert "500" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'scheme = "header"\nname = "X-Key"',
            'scheme = "basic"\nuser = "me"',
            "[credential]: only",
        ),
        ('committed = "openapi.json"', 'committed = "none.json"', "no such file"),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_line(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    """With the exit code of a wrong configuration."""
    (tmp_path / "openapi.json").write_text(json.dumps(openapi()))
    (tmp_path / "boxproof.toml").write_text(DESCRIBED.replace(old, new))
    done = subprocess.run(
        [sys.executable, "-m", "boxproof", "export", "curl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_a_work_that_is_accepted_once_only_is_left_out(tmp_path: Path) -> None:
    """It would fail when the export is run again; the script says so."""
    unique = DESCRIBED.replace(
        'text = "/prompt"\n\n[schema]', 'text = "/prompt"\ntext_unique = true\n\n[schema]'
    )
    (tmp_path / "boxproof.toml").write_text(unique.replace('committed = "openapi.json"\n', ""))
    done = subprocess.run(
        [sys.executable, "-m", "boxproof", "export", "curl"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "# left out: the work, which the service accepts only once" in done.stdout
    assert "/say" not in done.stdout
