"""A fault heals what it did, in whatever moment it is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Durability, Health, Server, Service
from boxproof.core.errors import EngineError
from boxproof.endpoint import Endpoint
from boxproof.faults import fault_registry as registry
from boxproof.faults.fault_registry import FaultContext
from boxproof.faults.network.route import Route
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.targets.abilities import Process
from boxproof.targets.base import A, Deployment, Exit

#: Faults that only send a signal, and leave it to the server to heal.
SIGNALS = {"kill-worker", "reload"}


class Fragile:
    """A deployment that is harmed as ordered, and then fails before it says so.

    Attributes:
        harm: what it suffers from; empty when it is healthy.
        fails: what each harm ends with, where it does not succeed.
        written: bytes on the data volume.
    """

    def __init__(self, fails: BaseException | None) -> None:
        self.harm: set[str] = set()
        self.harmed = 0
        self.fails = fails
        self.written = 0

    def ability(self, wanted: type[A]) -> A:
        """Itself: it has all of them."""
        assert isinstance(self, wanted)
        return self

    def _harmed(self, what: str) -> Exit:
        self.harm.add(what)
        self.harmed += 1
        if self.fails is not None and self.harmed == 1:
            raise self.fails
        return Exit(137, 0.0)

    def stop(self) -> Exit:
        return self._harmed("ended")

    def kill(self) -> Exit:
        return self._harmed("ended")

    def lose_power(self) -> Exit:
        return self._harmed("ended")

    def written_bytes(self) -> int:
        return self.written

    def exhaust_memory(self) -> Exit:
        return self._harmed("ended")

    def start(self) -> None:
        self.harm.discard("ended")

    def ended(self, limit_seconds: float) -> Exit | None:
        assert not limit_seconds
        return Exit(1, 0.0) if "ended" in self.harm else None

    def pause(self) -> None:
        self._harmed("paused")

    def resume(self) -> None:
        self.harm.discard("paused")

    def fill_data(self) -> None:
        self._harmed("full")

    def free_data(self) -> None:
        self.harm.discard("full")

    def throttle(self, cpus: float) -> None:
        self._harmed(f"{cpus} cores")

    def unthrottle(self) -> None:
        self.harm = {each for each in self.harm if not each.endswith("cores")}

    def recreate(self, *, keep_volume: bool) -> None:
        assert keep_volume
        self._harmed("removed")
        self.harm.clear()

    def recreate_read_only(self) -> None:
        self._harmed("read-only")

    def run_script(self, source: str, *arguments: str) -> str:
        raise NotImplementedError

    @contextmanager
    def held_script(self, source: str, *arguments: str) -> Iterator[None]:
        assert source
        assert arguments
        try:
            self._harmed("locked")
            yield
        finally:
            self.harm.discard("locked")

    def neighbour(self, name: str) -> "Fragile":
        """Itself: it suffers in its neighbour's place."""
        assert name == "db"
        return self

    def cut_off(self) -> None:
        self._harmed("cut off")

    def reconnect(self) -> None:
        self.harm.discard("cut off")

    def processes(self) -> tuple[Process, ...]:
        return (Process(1, 0, 10, "server"), Process(2, 1, 10, "server"))

    def first_process(self) -> int:
        return 1

    def signal_process(self, pid: int, signal: int) -> None:
        assert pid
        assert signal
        if self.fails is not None:
            raise self.fails


DONE_TO_IT = sorted(name for name, each in registry.every().items() if each.needs)
Stage = Callable[[Fragile], FaultContext]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    config = Config(
        tmp_path,
        Service("api", 8000),
        ValidRequest("/say", body={"prompt": "Hello"}),
        server=Server("server"),
        durability=Durability(database="/data/database"),
    )
    journal = Journal(tmp_path / "journal.jsonl")
    route = Route(Client(lambda: Endpoint("http://127.0.0.1:9"), journal), Health().request)

    def staged(fragile: Fragile) -> FaultContext:
        deployment = cast("Deployment", fragile)
        return FaultContext(deployment, config, lambda _: None, route, neighbour="db")

    return staged


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EngineError("it failed")], ids=repr)
@pytest.mark.parametrize("name", DONE_TO_IT)
def test_what_fails_or_is_interrupted_while_it_harms_is_healed(
    stage: Stage, name: str, error: BaseException
) -> None:
    """The harm may be done already when its order fails: a kill that was not confirmed."""
    deployment = Fragile(error)
    with pytest.raises(type(error)), registry.every()[name].harm(stage(deployment)):
        pytest.fail("the harm failed")
    assert deployment.harmed or name in SIGNALS
    assert not deployment.harm


@pytest.mark.parametrize("name", DONE_TO_IT)
def test_what_is_left_by_an_error_is_healed(stage: Stage, name: str) -> None:
    """A workload that cannot go on while the fault is in force, or Ctrl-C."""
    deployment = Fragile(None)
    with pytest.raises(KeyboardInterrupt), registry.every()[name].harm(stage(deployment)):
        raise KeyboardInterrupt
    assert deployment.harmed or name in SIGNALS
    assert not deployment.harm


@pytest.mark.parametrize("written", [0, 5])
def test_a_power_loss_with_nothing_to_lose_did_nothing(stage: Stage, written: int) -> None:
    """The records lie elsewhere, where nothing is forgotten."""
    deployment, idle = Fragile(None), list[str]()
    deployment.written = written
    with registry.every()["power-loss"].harm(replace(stage(deployment), idle=idle.append)):
        pass
    assert bool(idle) == (not written)


@pytest.mark.parametrize("name", ["kill-on-full-disk", "kill-on-locked-database"])
def test_a_server_is_ended_in_the_midst_of_a_trouble_and_starts_after_it(
    stage: Stage, name: str
) -> None:
    """A start without room, or without the lock, may fail for good reasons."""

    class Watched(Fragile):
        def kill(self) -> Exit:
            under.append({*self.harm})
            return super().kill()

        def start(self) -> None:
            under.append({*self.harm})
            super().start()

    under = list[set[str]]()
    with registry.every()[name].harm(stage(Watched(None))):
        assert not under
    assert [len(each) for each in under] == [1, 1]
    assert "ended" not in under[0]
    assert under[1] == {"ended"}


def test_a_server_that_ends_by_itself_on_a_full_disk_is_not_killed(stage: Stage) -> None:
    """It is started again, and shows nothing of a kill."""
    deployment, idle = Fragile(None), list[str]()
    harm = registry.every()["kill-on-full-disk"].harm
    with harm(replace(stage(deployment), idle=idle.append)):
        deployment.harm.add("ended")
    assert idle == ["the server ended by itself before"]
    assert not deployment.harm
