"""The example of replicas agrees with the service and with itself: settings, times, paths."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from gpt2_service.settings import OPTIONS, load_settings

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "replicas"
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
# As where nothing is set.
STACK: dict[str, Any] = yaml.safe_load(
    re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (EXAMPLE / "stack.yml").read_text(encoding="utf-8"))
)
API = STACK["services"]["api"]
ENVIRONMENT = {name: value or "" for name, value in API["environment"].items()}
OF_SECRETS = {"DATABASE_PASSWORD_FILE", "API_KEYS_FILE"}
SETTINGS = load_settings(
    {name: str(value) for name, value in ENVIRONMENT.items() if name not in OF_SECRETS}
)
HAPROXY = (EXAMPLE / "balancer" / "haproxy.cfg").read_text(encoding="utf-8")


def of_haproxy(pattern: str) -> str:
    """The one value of HAProxy's configuration that the pattern's group names."""
    (found,) = re.findall(rf"^ *{pattern}", HAPROXY, re.MULTILINE)
    return str(found)


def seconds(period: str) -> float:
    """A time of HAProxy's or Docker's, such as `500ms`."""
    number, unit = re.fullmatch(r"(\d+)(ms|s)", period).groups()  # type: ignore[union-attr]
    return int(number) / (1000 if unit == "ms" else 1)


def test_every_variable_is_a_setting() -> None:
    """And what is a file is one of the secrets."""
    assert set(ENVIRONMENT) <= {option.variable for option in OPTIONS}
    files = {ENVIRONMENT[name].removeprefix("/run/secrets/") for name in OF_SECRETS}
    assert files == set(API["secrets"]) == set(STACK["secrets"])


def test_a_stop_has_its_time() -> None:
    """Draining first, then the requests in hand, and some seconds to end."""
    needed = SETTINGS.drain_seconds + SETTINGS.graceful_timeout_seconds
    assert seconds(API["stop_grace_period"]) > needed


def test_the_balancer_notices_in_time_that_a_replica_drains() -> None:
    """So many probes, each as slow as one may be, are over before the port closes."""
    interval, fall = of_haproxy(r"server-template .* inter (\S+)"), of_haproxy(r".* fall (\d+)")
    slowest = seconds(interval) + seconds(of_haproxy(r"timeout check +(\S+)"))
    assert int(fall) * slowest < SETTINGS.drain_seconds


def test_the_balancer_asks_for_readiness() -> None:
    """At the service's port, without a key."""
    operation = DOCUMENT["paths"][of_haproxy(r"http-check send meth GET uri (\S+)")]["get"]
    assert operation["operationId"] == "getReadiness"
    assert "security" not in operation
    target = of_haproxy(r"server-template \S+ \S+ (\S+)")
    assert target == f"tasks.api:{SETTINGS.port}"


def test_the_balancer_has_room_for_an_update() -> None:
    """The replicas, and those that they replace while these drain."""
    places = int(of_haproxy(r"server-template \S+ 1-(\d+)"))
    assert places >= 2 * API["deploy"]["replicas"]


def test_the_service_itself_says_that_a_text_took_too_long() -> None:
    """With its own answer, before the balancer gives up."""
    assert seconds(of_haproxy(r"timeout server +(\S+)")) > SETTINGS.request_timeout_seconds
    assert seconds(of_haproxy(r"timeout client +(\S+)")) > SETTINGS.request_timeout_seconds


def test_nothing_is_sent_twice() -> None:
    """A text that a replica may have begun is never tried at another one."""
    assert of_haproxy(r"retry-on (.*)") == "conn-failure"
