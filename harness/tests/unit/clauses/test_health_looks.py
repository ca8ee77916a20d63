"""How many looks at the health path may come too late, and by how much."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from boxproof.clauses.resources.health_looks import CHANCE, IDLE_LOOKS, LOOKS, HealthLooks
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Limits, Service
from boxproof.core.breaches import Late, NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer, Request

CONFIG = Config(
    root=Path(), service=Service("toy"), work=ValidRequest("/say"), limits=Limits(health_seconds=1)
)
IDLE = (0.01,) * IDLE_LOOKS


class Answering(Client):
    """Answers each look after so many seconds of nobody's time; without any more, at once."""

    def __init__(self, folder: Path, seconds: Iterable[float]) -> None:
        super().__init__(lambda: Endpoint("http://toy"), Journal(folder / "j"))
        self.seconds = iter(seconds)
        self.limits: list[float | None] = []

    def get(self, path: str, **options: Any) -> Answer:
        limit = options.get("timeout_seconds")
        self.limits.append(limit)
        seconds = next(self.seconds, 0.01)
        if limit is not None and seconds > limit:
            raise NoAnswer("timed out", timed_out=True)
        return Answer(Request("GET", self.endpoint(), path), 200, {}, b"{}", seconds)


def test_as_many_as_chance_explains_are_let_through(tmp_path: Path) -> None:
    """All looks are taken."""
    client = Answering(tmp_path, (*IDLE, *[9.0] * CHANCE))
    looks = HealthLooks(client, CONFIG)
    looks.look_often()
    looks.require_in_time("while it worked")
    assert len(client.limits) == IDLE_LOOKS + LOOKS


def test_one_more_is_late(tmp_path: Path) -> None:
    """No further look is waited for, and each late one is told."""
    client = Answering(tmp_path, (*IDLE, 0.01, *[9.0] * (CHANCE + 1)))
    looks = HealthLooks(client, CONFIG)
    looks.look_often()
    with pytest.raises(Late, match=r"3 of 4 looks .* within 1\.01 s while it worked") as late:
        looks.require_in_time("while it worked")
    assert len(late.value.evidence) == CHANCE + 1
    assert len(client.limits) == IDLE_LOOKS + 1 + CHANCE + 1


def test_a_slow_machine_has_more_time(tmp_path: Path) -> None:
    """By what its slowest look took while nothing went on, and at most by the limit itself."""
    assert HealthLooks(Answering(tmp_path, (0.1, 0.4, 0.2)), CONFIG).limit_seconds == 1.4
    assert HealthLooks(Answering(tmp_path, (0.1, 7, 0.2)), CONFIG).limit_seconds == 2
