"""The credential of ``boxproof.toml``: where its value comes from, how it is sent and shown."""

import base64
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Credential, SecretSource, Service
from boxproof.core.errors import ConfigError
from boxproof.targets.endpoints import credentials, endpoint_at, of_another

SECRET = 's3"c ret+/\\x'


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A service that is open to all."""
    return Config(root=tmp_path, service=Service("toy", 1), work=ValidRequest("/say"))


@pytest.mark.parametrize(
    ("given", "header"),
    [
        (Credential(), ("Authorization", f"Bearer {SECRET}")),
        (Credential("header", "X-Key"), ("X-Key", SECRET)),
        (Credential("cookie", "session"), ("Cookie", f"session={SECRET}")),
        (
            Credential("basic", user="me"),
            ("Authorization", f"Basic {base64.b64encode(f'me:{SECRET}'.encode()).decode()}"),
        ),
    ],
)
@pytest.mark.parametrize("source", ["variable", "file"])
def test_every_scheme_sends_the_value_and_a_shell_makes_the_same_of_it(
    config: Config,
    given: Credential,
    header: tuple[str, str],
    source: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The printed line works as printed once the variable is set, or the file there."""
    (config.root / "key of mine").write_text(f"{SECRET}\n")
    monkeypatch.setenv("KEY", SECRET)
    kept = {"variable": SecretSource("KEY"), "file": SecretSource(file="key of mine")}[source]
    given = replace(given, variable=kept.variable, file=kept.file)
    config = replace(config, credential=given)
    (credential,) = endpoint_at("http://toy", config).credentials
    assert (credential.header, credential.reveal()) == header
    shell = subprocess.run(
        ["bash", "-c", f'printf %s "{credential.shell}"'], check=True, capture_output=True
    )
    assert shell.stdout.decode() == header[1]
    assert SECRET not in credential.shell


def test_nothing_is_sent_to_a_service_that_is_open(config: Config) -> None:
    """And there is nobody else."""
    assert endpoint_at("http://toy", config).credentials == ()
    assert of_another(config) == ()


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        (SecretSource("KEY"), None, "credential.variable: 'KEY' is not set; export it"),
        (SecretSource("KEY"), "", "is not set"),
        (SecretSource("KEY"), "abc", "fewer than 4 characters"),
        (SecretSource("KEY"), "abcd\r\nX: y", "cannot be sent in a header"),
        (SecretSource(file="none"), None, "credential.file: 'none': cannot be read: No such file"),
    ],
)
def test_a_value_that_cannot_be_had_is_one_line(
    config: Config,
    source: SecretSource,
    value: str | None,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That does not hold the value."""
    monkeypatch.delenv("KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("KEY", value)
    config = replace(config, credential=Credential(variable=source.variable, file=source.file))
    with pytest.raises(ConfigError) as error:
        credentials(config)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert not value or value not in str(error.value)


@pytest.mark.parametrize("user", ["", "me"])
def test_a_value_is_shown_in_no_encoding(
    config: Config, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is, in JSON, in a URL and in base64."""
    monkeypatch.setenv("KEY", SECRET)
    scheme = "basic" if user else "bearer"
    config = replace(config, credential=Credential(scheme, user=user, variable="KEY"))
    endpoint = endpoint_at("http://toy", config)
    (credential,) = endpoint.credentials
    for form in credential.forms():
        assert endpoint.redacted(f"it is {form}!") == "it is $KEY!"
    told = endpoint.redacted(str(endpoint.every_header()))
    assert "$KEY" in told
