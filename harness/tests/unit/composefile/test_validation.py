"""What ``boxproof.toml`` says and the compose file does not have is refused in one line."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from boxproof import composefile as compose
from boxproof.composefile import Plan
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError

Change = Callable[[dict[str, Any]], object]


def unchanged(api: dict[str, Any]) -> None:
    """Leave the service as it is."""


@pytest.mark.parametrize(
    ("settings", "change", "words"),
    [
        ({"name": "apj"}, unchanged, ["[service] name", "'apj'", "did you mean 'api'?"]),
        ({"name": "zzz"}, unchanged, ["no service 'zzz'", "known here: api, grafana, queue"]),
        ({"port": 8001}, unchanged, ["[service] port", "8001", "only 8000, 9000"]),
        ({"port": 0}, unchanged, ["[service] port: missing", "'api'"]),
        ({"neighbours": ("queu",)}, unchanged, ["[service] neighbours", "'queu'", "'queue'?"]),
        ({"neighbours": ("api",)}, unchanged, ["no service 'api' beside 'api'"]),
        ({}, lambda api: api.pop("ports"), ["8000", "publishes and exposes no port", "'expose'"]),
        ({"data_mount": "/date"}, unchanged, ["data_mount", "'/date'", "did you mean '/data'?"]),
        ({"model_mount": "/weights"}, unchanged, ["model_mount", "'/weights'", "/model"]),
        ({}, lambda api: api.pop("volumes"), ["data_mount", "nothing is mounted there at all"]),
        ({}, lambda api: (api.pop("build"), api.pop("image")), ["neither 'build' nor 'image'"]),
        ({}, lambda api: api.update(network_mode="service:queue"), ["network_mode", "'service:"]),
    ],
)
def test_refused(
    production: dict[str, Any],
    config: Config,
    plan: Plan,
    settings: dict[str, Any],
    change: Change,
    words: list[str],
) -> None:
    """Each says the place, the value seen and what there is instead."""
    change(production["services"]["api"])
    config = replace(config, service=replace(config.service, **settings))
    with pytest.raises(ConfigError) as error:
        compose.transform(production, config, plan)
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize("exposed", ["8000", "8000/tcp", "7999-8001"])
def test_exposed_is_enough(
    production: dict[str, Any], config: Config, plan: Plan, exposed: str
) -> None:
    """A service behind a proxy publishes nothing; what it exposes can be judged."""
    api = production["services"]["api"]
    del api["ports"]
    api["expose"] = [exposed]
    document = compose.transform(production, config, plan)
    assert document["services"]["api"]["ports"][0]["target"] == 8000
