"""Ports: left to the engine, on an address of the run's own."""

from collections.abc import Iterable, Mapping
from typing import Any

Port = dict[str, Any]


def left_to_engine(published: Iterable[Mapping[str, Any]], address: str) -> list[Port]:
    """The same container ports, each on a free port of ``address`` that the engine picks."""
    seen = dict.fromkeys((each["target"], each.get("protocol", "tcp")) for each in published)
    return [port(target, address, protocol) for target, protocol in seen]


def port(target: int, address: str, protocol: str = "tcp") -> Port:
    """One published port."""
    return {"mode": "ingress", "host_ip": address, "target": target, "protocol": protocol}


def moved(ports: Iterable[Mapping[str, Any]], old: int, new: int, address: str) -> list[Port]:
    """``ports`` with the judged container port ``old`` published as ``new``, first of all."""
    others = [dict(each) for each in ports if each["target"] not in (old, new)]
    return [port(new, address), *others]


def listened_on(default: int, variable: str, environment: Mapping[str, str]) -> int:
    """The container port that a service listens on when ``variable`` may move it.

    A value that is not a valid port (a boot that is meant to be refused) moves nothing.
    """
    value = environment.get(variable, "")
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value) < 65536 else default


def offered(service: Mapping[str, Any]) -> list[int]:
    """The container ports that a service publishes or exposes."""
    published = [int(each["target"]) for each in service.get("ports") or ()]
    exposed = [
        number
        for each in service.get("expose") or ()
        for number in _range(str(each).partition("/")[0])
    ]
    return sorted({*published, *exposed})


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
