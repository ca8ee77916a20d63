"""A run that is ended in the middle of a fault leaves the machine as it found it."""

import os
import signal
from pathlib import Path

import pytest

from boxproof import config as configuration
from boxproof.config.options import Config
from boxproof.faults import fault_registry as registry
from boxproof.targets.abilities import LosesPower

from .conftest import Begin, elsewhere, left, swept

#: Harms a service, and lives in the middle of that until it is ended.
HARM = """
fault = registry.every()[sys.argv[3]]
capped = Variant("capped", data_bytes=2**26, shm_bytes=2**29)
variant = Variant("forgets", forgets=True) if LosesPower in fault.needs else capped
deployment = target.boot(variant)
client = Client(lambda: deployment.endpoint, journal)
RecordStore.over(client, loaded).create()
route = Route(client, loaded.health.request)
context = FaultContext(deployment, loaded, lambda what: None, route)
with closing(route), fault.harm(context):
    print("harmed", flush=True)
    sys.stdin.read()
"""


def mounts(run_id: str) -> list[str]:
    """Where a run has file systems of programs mounted; those of the engine come and go."""
    lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [where for _, where, kind, *_ in lines if kind.startswith("fuse") and run_id in where]


@pytest.fixture
def config(toys: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The good toy's configuration."""
    monkeypatch.setenv("TOY", "good")
    return configuration.load(toys / "boxproof.toml")


#: What leaves most behind: a container that was killed or paused, and a file system of ours.
SHORT = {"none", "kill", "pause", "power-loss"}
FAULTS = [
    pytest.param(each, marks=() if each in SHORT else pytest.mark.long) for each in registry.every()
]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("fault", FAULTS)
def test_ended_in_the_middle_of_a_fault(
    begin: Begin, toys: Path, tmp_path: Path, fault: str, number: signal.Signals
) -> None:
    """SIGTERM leaves nothing of it; what SIGKILL leaves, the next run removes."""
    lacking = [
        each.__name__ for each in registry.every()[fault].needs if not begin().target.offers(each)
    ]
    if lacking:
        pytest.skip(f"no {', '.join(lacking)} here")
    with elsewhere("harmed", HARM, toys, tmp_path / "other.jsonl", fault) as (run_id, pid, child):
        assert left(run_id)
        assert bool(mounts(run_id)) == (LosesPower in registry.every()[fault].needs)
        os.kill(pid, number)
        child.wait(60)
        if number == signal.SIGKILL:
            assert swept(run_id)
        assert left(run_id) == []
        assert mounts(run_id) == []
