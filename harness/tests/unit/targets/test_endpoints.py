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
#: As a cookie can hold it.
PLAIN = "s3c-ret+/=x"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A service that is open to all."""
    return Config(root=tmp_path, service=Service("toy", 1), work=ValidRequest("/say"))


@pytest.mark.parametrize(
    ("given", "header"),
    [
        (Credential(), ("Authorization", f"Bearer {SECRET}")),
        (Credential("header", "X-Key"), ("X-Key", SECRET)),
        (Credential("cookie", "session"), ("Cookie", f"session={PLAIN}")),
        (Credential("query", "api_key"), ("api_key", SECRET)),
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
    value = PLAIN if given.scheme == "cookie" else SECRET
    (config.root / "key of mine").write_text(f"{value}\n")
    monkeypatch.setenv("KEY", value)
    kept = {"variable": SecretSource("KEY"), "file": SecretSource(file="key of mine")}[source]
    given = replace(given, variable=kept.variable, file=kept.file)
    config = replace(config, credential=given)
    (credential,) = endpoint_at("http://toy", config).credentials
    assert (credential.name, credential.reveal()) == header
    shell = subprocess.run(
        ["bash", "-c", f'printf %s "{credential.shell}"'], check=True, capture_output=True
    )
    assert shell.stdout.decode() == header[1]
    assert value not in credential.shell


def test_nothing_is_sent_to_a_service_that_is_open(config: Config) -> None:
    """And there is nobody else."""
    assert endpoint_at("http://toy", config).credentials == ()
    assert of_another(config) == ()


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        (
            SecretSource("KEY"),
            None,
            "credential.variable: 'KEY' is not set, or is empty",
        ),
        (SecretSource("KEY"), "", "is not set, or is empty"),
        (SecretSource("KEY"), "abcdefg", "fewer than 8 characters"),
        (SecretSource("KEY"), "abcdefgh\r\nX: y", "holds a character that cannot be sent"),
        (SecretSource("KEY"), "abcdefgh ", "a blank at an end"),
        (SecretSource("KEY"), "schlüssel", "use printable ASCII"),
        (SecretSource(file="."), None, "cannot be read: Is a directory"),
        (SecretSource(file="a\0b"), None, "cannot be read: embedded null byte"),
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


def test_two_users_who_carry_the_same_are_one(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their records would be each other's."""
    monkeypatch.setenv("KEY", SECRET)
    given = Credential(variable="KEY", another=SecretSource("KEY"))
    with pytest.raises(ConfigError, match=r"credential\.another: is the same as \[credential\]"):
        of_another(replace(config, credential=given))
    named = Credential("basic", user="me", variable="KEY", another=SecretSource("KEY", user="you"))
    (other,) = of_another(replace(config, credential=named))
    assert other.user == "you"


def test_no_secret_is_shown_by_whoever_carries_another(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where one begins with the other."""
    monkeypatch.setenv("KEY", "team-key")
    monkeypatch.setenv("OTHER", "team-key-two")
    given = Credential(variable="KEY", another=SecretSource("OTHER"))
    endpoint = endpoint_at("http://toy", replace(config, credential=given))
    assert endpoint.redacted("team-key and team-key-two") == "$KEY and $OTHER"
    assert "two" not in repr(endpoint)
