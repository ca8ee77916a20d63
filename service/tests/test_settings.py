"""Settings: defaults, what each variable accepts, and what is said of the rest."""

from pathlib import Path

import pytest

from gpt2_service.errors import SettingError
from gpt2_service.settings import OPTIONS, load_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    """Without any variable the service is what the image runs."""
    settings = load_settings({})
    assert settings.model_name == ""
    assert settings.model_path == Path("/model")
    assert settings.database_path == Path("/data/history.db")
    assert (settings.workers, settings.host, settings.port) == (1, "0.0.0.0", 8000)
    assert settings.forbidden_words == ("hate", "violence")
    assert settings.engine == "transformers"
    assert (settings.precision, settings.device) == ("fp32", "auto")
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
            "DATABASE_URL": "sqlite:///relative.db",
            "WORKERS": "3",
            "PORT": "80",
            "FORBIDDEN_WORDS": " one , two,,one ",
            "LOG_LEVEL": "WARNING",
            "SCRIPTED_SECONDS_PER_TOKEN": "0.5",
        }
    )
    assert settings.model_name == "owner/name-1.0"
    assert settings.database_path == Path("relative.db")
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
        ("LOG_LEVEL", "loud"),
        ("ENGINE", "torch"),
        ("SCRIPTED_SECONDS_PER_TOKEN", "-1"),
        ("MAX_BODY_BYTES", "1000"),
        ("MAX_HEADER_BYTES", "10000000"),
        ("PRECISION", "fp8"),
        ("DEVICE", "gpu"),
        ("THREADS", "0"),
        ("MAX_BATCH", "0"),
        ("MAX_QUEUE", "-1"),
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
    """Of what both headers can carry."""
    settings = load_settings({"API_KEYS": "one-key, dGhlIG90aGVy=="})
    assert settings.api_keys == ("one-key", "dGhlIG90aGVy==")
    assert load_settings({}).api_keys == ()


@pytest.mark.parametrize("value", ["a secret", "p\u00e4ssword", "=", ","])
def test_a_bad_key_is_refused_unseen(value: str) -> None:
    """Whoever reads the log does not learn it; and nobody who wants keys gets none."""
    with pytest.raises(SettingError) as caught:
        load_settings({"API_KEYS": value})
    assert str(caught.value).startswith("API_KEYS: the value ")
    assert value == "," or value not in str(caught.value)


def test_settings_do_not_show_keys() -> None:
    """A repr may end up in a log."""
    assert "one-key" not in repr(load_settings({"API_KEYS": "one-key"}))
