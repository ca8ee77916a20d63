"""The production file is resolved by compose, whose complaints become one line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Service
from boxproof.core.errors import ConfigError
from boxproof.targets.compose import production

from .conftest import FakeDocker


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration beside an (empty) compose file."""
    (tmp_path / "docker-compose.yml").write_text("services: {}\n")
    return Config(
        root=tmp_path,
        service=Service(name="api", port=8000, model_mount="/model"),
        work=ValidRequest(path="/generate"),
    )


def test_missing_file(config: Config) -> None:
    """A compose file that is not there is named, with the setting that names it."""
    (config.root / "docker-compose.yml").unlink()
    config = replace(config, service=replace(config.service, compose_file="compose.yaml"))
    with pytest.raises(ConfigError, match=r"compose_file: .*/compose.yaml: no such file$"):
        production.resolve(config)
    (config.root / "docker-compose.yaml").touch()
    with pytest.raises(ConfigError, match=r"no such file; did you mean 'docker-compose.yaml'\?$"):
        production.resolve(config)


def test_broken_file(fake_docker: FakeDocker, config: Config) -> None:
    """Compose's own message is passed on."""
    fake_docker("echo 'time=x level=warning' >&2; echo 'yaml: line 3: bad' >&2; exit 15")
    with pytest.raises(ConfigError, match=r"docker-compose.yml: yaml: line 3: bad$"):
        production.resolve(config)


def test_source_of_the_model(
    fake_docker: FakeDocker, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_MOUNT may be relative to boxproof.toml; compose would take it for a volume's name."""
    fake_docker('printf \'{"source": "%s"}\' "$SOURCE_MOUNT"')
    monkeypatch.setenv("SOURCE_MOUNT", "gpt2")
    assert production.resolve(config) == {"source": str(config.root / "gpt2")}
    assert production.model_source(config) == str(config.root / "gpt2")


@pytest.mark.parametrize("value", [None, ""])
def test_no_source(config: Config, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """Unset or empty, production's own model is kept."""
    if value is None:
        monkeypatch.delenv("SOURCE_MOUNT", raising=False)
    else:
        monkeypatch.setenv("SOURCE_MOUNT", value)
    assert production.model_source(config) == ""


def test_project_key(config: Config) -> None:
    """Two checkouts of one project have images of their own, under names that engines accept."""
    first = production.project_key(replace(config, root=Path("/a/My Project_1")))
    second = production.project_key(replace(config, root=Path("/b/My Project_1")))
    assert first.startswith("my-project-1-")
    assert first != second


def test_profiles_are_all_seen(fake_docker: FakeDocker, config: Config) -> None:
    """A service that production starts under a profile can be judged."""
    calls = fake_docker(f"echo '{json.dumps({'services': {}})}'")
    production.resolve(config)
    assert "--profile * config" in calls.read_text()
