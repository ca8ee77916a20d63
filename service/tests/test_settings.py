"""Settings: defaults, what each variable accepts, and what is said of the rest."""

import re
import sys
from pathlib import Path

import pytest

from gpt2_service.errors import SettingError
from gpt2_service.key_entries import ApiKey
from gpt2_service.settings import OPTIONS, load_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    """Without any variable the service is what the image runs."""
    settings = load_settings({})
    assert settings.model_name == ""
    assert settings.model_path == Path("/model")
    assert settings.database == Path("/data/history.db")
    assert (settings.workers, settings.host, settings.port) == (1, "0.0.0.0", 8000)
    assert settings.forbidden_words == ("hate", "violence")
    assert settings.engine == "transformers"
    assert settings.precision == "fp32"
    assert (settings.max_batch, settings.max_queue, settings.request_timeout_seconds) == (
        16,
        64,
        60,
    )


def test_an_empty_value_means_the_default() -> None:
    """Compose passes `${NAME:-}` on as an empty string."""
    assert load_settings({option.variable: "" for option in OPTIONS}) == load_settings({})


def test_unknown_variables_are_ignored() -> None:
    """The environment holds more than our settings."""
    assert load_settings({"WORKER": "nonsense"}) == load_settings({})


def test_values_are_parsed() -> None:
    """Each kind of value, once."""
    settings = load_settings(
        {
            "MODEL_NAME": "owner/name-1.0",
            "MODEL_REVISION": "refs/pr/3",
            "DATABASE_URL": "sqlite:///relative.db",
            "WORKERS": "3",
            "PORT": "80",
            "FORBIDDEN_WORDS": " one , two,,one ",
            "LOG_LEVEL": "WARNING",
            "SCRIPTED_SECONDS_PER_TOKEN": "0.5",
        }
    )
    assert settings.model_name == "owner/name-1.0"
    assert settings.model_revision == "refs/pr/3"
    assert settings.database == Path("relative.db")
    assert (settings.workers, settings.port) == (3, 80)
    assert settings.forbidden_words == ("one", "two")
    assert settings.log_level == "warning"
    assert settings.scripted_seconds_per_token == 0.5


def test_a_lone_comma_forbids_no_word() -> None:
    """An empty value means the default, so an empty list needs another spelling."""
    assert load_settings({"FORBIDDEN_WORDS": ","}).forbidden_words == ()


def test_max_workers_is_at_least_one() -> None:
    """`max` asks the machine."""
    assert load_settings({"WORKERS": "max"}).workers >= 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORKERS", "0"),
        ("WORKERS", "-1"),
        ("WORKERS", "513"),
        ("WORKERS", "1.5"),
        ("WORKERS", " 1"),
        ("WORKERS", "MAX"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠"),
        ("HOST", "a host"),
        ("GRACEFUL_TIMEOUT_SECONDS", "0"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///x.db?mode=ro"),
        ("MODEL_NAME", "../folder"),
        ("MODEL_REVISION", "../v1"),
        ("LOG_LEVEL", "loud"),
        ("ENGINE", "torch"),
        ("SCRIPTED_SECONDS_PER_TOKEN", "-1"),
        ("MAX_BODY_BYTES", "1000"),
        ("MAX_HEADER_BYTES", "10000000"),
        ("PRECISION", "fp8"),
        ("THREADS", "0"),
        ("MAX_BATCH", "0"),
        ("MAX_QUEUE", "-1"),
        ("CLIENT_MAX_TEXTS", "-1"),
        ("CLIENT_REQUESTS_PER_MINUTE", "many"),
        ("REQUEST_TIMEOUT_SECONDS", "0"),
    ],
)
def test_a_bad_value_is_named(variable: str, value: str) -> None:
    """The error holds the variable, the value seen and a rule."""
    with pytest.raises(SettingError) as caught:
        load_settings({variable: value})
    assert str(caught.value).startswith(f"{variable}: {value!r} is ")
    assert "\n" not in str(caught.value)


def test_the_nearest_choice_is_suggested() -> None:
    """A typing mistake is recognised."""
    with pytest.raises(SettingError, match="did you mean 'transformers'"):
        load_settings({"ENGINE": "transformer"})


def test_keys_are_a_list() -> None:
    """Of what both headers can carry, each perhaps with a label."""
    settings = load_settings({"API_KEYS": "alice=one-key, bob.2=dGhlIG90aGVy=="})
    assert settings.api_keys == (ApiKey("alice", "one-key"), ApiKey("bob.2", "dGhlIG90aGVy=="))
    assert load_settings({}).api_keys == ()


def test_a_key_without_a_label_has_one_of_its_own() -> None:
    """It does not tell the key, and stays where keys come, go or change places."""
    first, second = load_settings({"API_KEYS": "one-key,other=="}).api_keys
    assert (first.key, second.key) == ("one-key", "other==")
    assert first.label != second.label
    for each in (first, second):
        assert re.fullmatch("key-[0-9a-f]{12}", each.label)
        assert each.key.strip("=") not in each.label
    assert load_settings({"API_KEYS": "third,other==,one-key"}).api_keys[1:] == (second, first)


def test_keys_may_stand_in_a_file(tmp_path: Path) -> None:
    """One in each line, with comments."""
    file = tmp_path / "keys"
    file.write_text("# Ours\nalice=one-key  # until May\n\n  bob=other==\n", encoding="utf-8")
    expected = (ApiKey("alice", "one-key"), ApiKey("bob", "other=="))
    assert load_settings({"API_KEYS_FILE": str(file)}).api_keys == expected


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"alice=one-key\na secret\n", "is wrong in line 2"),
        (b"alice=one-key,bob=two\n", "is wrong in line 1"),
        (b"# nobody\n", "contains no key"),
        (b"alice=secret\nbob=secret\n", "gives one key two labels"),
        (b"secret\xff\n", "is not a text in UTF-8"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_bad_file_of_keys_is_named_and_not_shown(
    tmp_path: Path, content: bytes | None, rule: str
) -> None:
    """Nobody who wants keys gets none, and who reads the log learns none."""
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError) as caught:
        load_settings({"API_KEYS_FILE": str(file)})
    assert str(caught.value).startswith(f"API_KEYS_FILE: {str(file)!r} {rule}")
    assert "secret" not in str(caught.value)


def test_keys_stand_in_one_place(tmp_path: Path) -> None:
    """Whoever takes one out must know where it stands."""
    file = tmp_path / "keys"
    file.write_text("one-key", encoding="utf-8")
    with pytest.raises(SettingError, match="cannot stand beside API_KEYS") as caught:
        load_settings({"API_KEYS_FILE": str(file), "API_KEYS": "other-key"})
    assert "other-key" not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["a secret", "p\u00e4ssword", "=", ",", "a b=x", "=key", "a=k,b=k"]
)
def test_a_bad_key_is_refused_unseen(value: str) -> None:
    """Whoever reads the log does not learn it; and nobody who wants keys gets none."""
    with pytest.raises(SettingError) as caught:
        load_settings({"API_KEYS": value})
    assert str(caught.value).startswith("API_KEYS: the value ")
    assert value in (",", "=") or value not in str(caught.value)


def test_settings_do_not_show_keys() -> None:
    """A repr may end up in a log."""
    assert "one-key" not in repr(load_settings({"API_KEYS": "one-key"}))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://user:secret@host/name", "postgresql://…"),
        ("mysql://host/name?password=secret", "mysql://…"),
        ("user:secret@host", "…"),
        ("mysql://host/name", "mysql://host/name"),
        ("sqlite:///a@b.db?mode=ro", "sqlite:///a@b.db?mode=ro"),
    ],
)
def test_no_password_of_a_url_is_shown(url: str, shown: str) -> None:
    """What is wrong is told without what may be one."""
    with pytest.raises(SettingError) as caught:
        load_settings({"DATABASE_URL": url})
    assert str(caught.value).startswith(f"DATABASE_URL: {shown!r} is ")
    assert "secret" not in str(caught.value)


def test_postgresql_needs_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is named where it is missing."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingError, match=r"needs psycopg; install 'gpt2-service\[postgres\]'"):
        load_settings({"DATABASE_URL": "postgresql+psycopg://host/name"})


def test_sqlite_has_no_password(tmp_path: Path) -> None:
    """A file with one shows that another database was meant."""
    file = tmp_path / "password"
    for text, rule in (("secret\n", "is of no use to SQLite"), ("\n", "contains no password")):
        file.write_text(text)
        with pytest.raises(SettingError, match=rule) as caught:
            load_settings({"DATABASE_PASSWORD_FILE": str(file)})
        assert "secret" not in str(caught.value)
