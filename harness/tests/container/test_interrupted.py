"""A run that is ended in the middle of a fault leaves the machine as it found it."""

import os
import signal
from pathlib import Path

import pytest

from boxproof import config as configuration
from boxproof.config.options import Config
from boxproof.faults import registry
from boxproof.targets.ownership import sweep

from .conftest import Begin, elsewhere, left

RUN = """
import sys
from contextlib import closing
from pathlib import Path
from boxproof import config
from boxproof.core import signals
from boxproof.faults import registry
from boxproof.faults.network.route import Route
from boxproof.faults.registry import Scene
from boxproof.journal import Journal
from boxproof.probes.operations import Operations
from boxproof.targets.base import PowerLoss, Variant
from boxproof.targets.compose import ComposeTarget
from boxproof.targets.ownership import Run
loaded = config.load(Path(sys.argv[1]) / "boxproof.toml")
journal = Journal(Path(sys.argv[2]))
journal.listen(lambda entry: print(entry.kind, flush=True))
fault = registry.every()[sys.argv[3]]
capped = Variant("capped", data_bytes=2**26, shm_bytes=2**29)
variant = Variant("forgets", forgets=True) if PowerLoss in fault.needs else capped
with signals.as_interrupt(), Run(loaded.root) as run:
    print(run.id, flush=True)
    target = ComposeTarget(loaded, journal, run, lambda line: None)
    try:
        deployment = target.boot(variant)
        operations = Operations.over(lambda: deployment.base_url, loaded, journal)
        operations.create()
        route = Route(operations.client, loaded.health.path)
        scene = Scene(deployment, loaded, lambda what: None, route)
        with closing(route), fault.harm(scene):
            journal.write("harmed")
            sys.stdin.read()
    finally:
        target.close()
"""


def mounts() -> set[str]:
    """Where file systems of programs are mounted; those of the engine come and go."""
    lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    return {where for _, where, kind, *_ in lines if kind.startswith("fuse")}


@pytest.fixture
def config(toys: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The good toy's configuration."""
    monkeypatch.setenv("TOY", "good")
    return configuration.load(toys / "boxproof.toml")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("fault", registry.every())
def test_ended_in_the_middle_of_a_fault(
    begin: Begin, toys: Path, tmp_path: Path, fault: str, number: signal.Signals
) -> None:
    """SIGTERM leaves nothing of it; what SIGKILL leaves, the next run removes."""
    lacking = [
        each.__name__
        for each in registry.every()[fault].needs
        if each not in begin().target.abilities
    ]
    if lacking:
        pytest.skip(f"no {', '.join(lacking)} here")
    before = mounts()
    with elsewhere("harmed", RUN, toys, tmp_path / "other.jsonl", fault) as (run_id, pid, child):
        assert left(run_id)
        os.kill(pid, number)
        child.wait(60)
        if number == signal.SIGKILL:
            assert sweep()
        assert left(run_id) == []
        assert mounts() <= before
    assert sweep() == []
