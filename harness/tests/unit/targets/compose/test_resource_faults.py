"""Limits of memory and CPU are taken back, in whatever moment a fault is left."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Health, Service
from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError
from boxproof.endpoint import Endpoint
from boxproof.faults import fault_registry as registry
from boxproof.faults.fault_registry import FaultContext
from boxproof.faults.network.route import Route
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.start_watch import Startup
from boxproof.targets.base import A, Deployment, Exit
from boxproof.targets.compose import resource_faults
from boxproof.targets.compose.container import Container, State, Watcher
from boxproof.targets.compose.resource_faults import ResourceFaults

from .conftest import FakeDocker

MACHINE_BYTES = "16000000000"


class Updated(Container):
    """A container whose limits an engine sets, and then fails, at the first order, as told."""

    def __init__(self, fails: BaseException | None) -> None:
        super().__init__("toy")
        self.limits: dict[str, str] = {}
        self._fails = fails

    def state(self) -> State:
        return State(True, True, 0, False, {}, {})

    def execute(self, *command: str, user: str = "") -> tuple[int, str, str]:
        assert command
        assert not user
        return 0, "1000000", ""

    def call(self, command: str, *options: str, limit_seconds: float = 1.0) -> None:
        assert command == "update"
        assert limit_seconds
        words = " ".join(options).replace("=", " ").split()
        self.limits |= dict(zip(words[::2], words[1::2], strict=True))
        error, self._fails = self._fails, None
        if error is not None:
            raise error


class Gone(threading.Event):
    """The end of a container, as somebody waits for it who is interrupted, or in vain."""

    def __init__(self, said: bool | BaseException) -> None:
        super().__init__()
        self._said = said

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout
        if isinstance(self._said, BaseException):
            raise self._said
        return self._said


class Waits:
    """Watches a container."""

    def __init__(self, gone: Gone) -> None:
        self.gone = gone


class Limited(ResourceFaults):
    """A deployment of one container."""

    def __init__(self, fails: BaseException | None, gone: bool | BaseException) -> None:
        self.updated = Updated(fails)
        self.container = self.updated
        self._watcher = cast("Watcher", Waits(Gone(gone)))

    def ability(self, wanted: type[A]) -> A:
        assert isinstance(self, wanted)
        return self

    def stop(self) -> Exit:
        raise NotImplementedError

    def start(self) -> Startup:
        return cast("Startup", None)

    def _note(self, action: str, **data: Any) -> float:
        assert action
        assert data is not None
        return 0.0

    def _ended(self, seconds: float) -> Exit:
        return Exit(137, seconds, oom_killed=True)


def context_of(deployment: Limited, folder: Path) -> FaultContext:
    """What a fault acts on."""
    config = Config(folder, Service("api", 8000), ValidRequest("/say"))
    journal = Journal(folder / "journal.jsonl")
    route = Route(Client(lambda: Endpoint("http://127.0.0.1:9"), journal), Health().request)
    return FaultContext(cast("Deployment", deployment), config, lambda _: None, route)


@pytest.mark.parametrize(
    ("fails", "gone"),
    [
        (None, True),
        (None, False),
        (None, KeyboardInterrupt()),
        (KeyboardInterrupt(), True),
        (RuntimeError(), True),
    ],
    ids=["done", "in vain", "while it waits", "while it is set", "by an error"],
)
def test_a_memory_limit_is_taken_back(
    fails: BaseException | None,
    gone: bool | BaseException,
    fake_docker: FakeDocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the order that set it was interrupted, or nothing was ended by it."""
    fake_docker(f"echo {MACHINE_BYTES}")
    monkeypatch.setattr(resource_faults, "GONE_SECONDS", 0.1)
    deployment = Limited(fails, gone)
    fault = registry.every()["memory-limit"]
    with (
        suppress(KeyboardInterrupt, RuntimeError, NotJudged),
        fault.harm(context_of(deployment, tmp_path)),
    ):
        assert (fails, gone) == (None, True)
    assert deployment.updated.limits == {"--memory": MACHINE_BYTES, "--memory-swap": "-1"}


@pytest.mark.parametrize("left", [None, KeyboardInterrupt(), RuntimeError()], ids=repr)
@pytest.mark.parametrize("fails", [None, KeyboardInterrupt()], ids=repr)
def test_a_cpu_limit_is_taken_back(
    fails: BaseException | None, left: BaseException | None, tmp_path: Path
) -> None:
    """Also where the order that set it was interrupted, or what was done under it failed."""
    deployment = Limited(fails, gone=True)
    with (
        suppress(KeyboardInterrupt, RuntimeError),
        registry.every()["cpu-limit"].harm(context_of(deployment, tmp_path)),
    ):
        assert deployment.updated.limits["--cpu-quota"] == "10000"
        if left is not None:
            raise left
    assert deployment.updated.limits["--cpu-quota"] == "-1"


@pytest.mark.parametrize("ask", [Limited.exhaust_memory, lambda it: it.throttle(0.1)])
def test_a_limit_that_the_engine_refused_is_not_taken_back(
    ask: Callable[[Limited], object], fake_docker: FakeDocker
) -> None:
    """It is not judged, and the container is asked for nothing more."""
    fake_docker(f"echo {MACHINE_BYTES}")
    deployment = Limited(EngineError("no such limit"), gone=True)
    with pytest.raises(NotJudged, match="no such limit"):
        ask(deployment)
    refused = dict(deployment.updated.limits)
    deployment.unthrottle()
    assert deployment.updated.limits == refused
    assert MACHINE_BYTES not in refused.values()
