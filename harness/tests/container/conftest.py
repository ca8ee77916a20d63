"""Runs of the compose target on a small service; all of it is skipped where no engine answers."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import requests
from apps import upgrades
from apps.judging import TESTS, Judged, judge

from boxproof import config as configuration
from boxproof.config.options import Config
from boxproof.core.errors import EngineError
from boxproof.core.polling import until
from boxproof.journal import Journal
from boxproof.targets.compose import ComposeTarget, engine
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.compose.production import project_key
from boxproof.targets.run_lock import Run, sweep

HERE = Path(__file__).parent
WHY = pytest.StashKey[str]()
#: What an engine takes to end what a dead client had asked for.
ENGINE_SECONDS = 60.0

Begin = Callable[..., "Begun"]
Judging = Callable[..., Judged]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them without an engine."""
    ours = [item for item in items if HERE in item.path.parents]
    try:
        why = engine.check() and ""
    except EngineError as error:
        why = str(error)
    for item in ours:
        item.add_marker("container")
        if why:
            item.add_marker(pytest.mark.skip(reason=why))
    if why and ours:
        config.stash[WHY] = f"{len(ours)} CONTAINER TESTS DID NOT RUN: {why}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say loudly, and once, what did not run."""
    if WHY in config.stash:
        terminalreporter.write_line(config.stash[WHY], bold=True, red=True)


class Begun:
    """One run of the test's own."""

    def __init__(self, config: Config, folder: Path) -> None:
        self.said: list[str] = []
        self.config = config
        self.run = Run(config.root)
        self.journal = Journal(folder / f"{self.run.id}.jsonl")
        self.target = ComposeTarget(config, self.journal, self.run, self.said.append)

    def left(self) -> list[str]:
        """What the engine still has of it."""
        return left(self.run.id)

    def close(self) -> None:
        """End the run."""
        self.target.close()
        self.run.close()
        self.journal.close()


def left(run_id: str) -> list[str]:
    """Containers, networks and volumes that carry a run's label."""
    found = []
    for listing in (["ps", "-a"], ["network", "ls"], ["volume", "ls"]):
        said = engine.docker(*listing, "--quiet", "--filter", f"label=boxproof.run={run_id}")
        found += [f"{listing[0]} {each}" for each in said.split()]
    return found


def swept(run_id: str) -> bool:
    """Whether sweeping removes all of a dead run.

    An engine goes on with what the run had asked for, so that one look may come too early; and
    other tests sweep as well.
    """

    def gone() -> bool:
        sweep()
        return not left(run_id)

    return until(gone, ENGINE_SECONDS)


#: Prints its run's id, then the kind of every entry of the journal.
RUN = """
import sys
from contextlib import closing
from pathlib import Path
from boxproof import config
from boxproof.core import signals
from boxproof.faults import fault_registry as registry
from boxproof.faults.network.route import Route
from boxproof.faults.fault_registry import FaultContext
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore
from boxproof.targets.abilities import LosesPower
from boxproof.targets.base import Variant
from boxproof.targets.compose import ComposeTarget
from boxproof.targets.run_lock import Run
loaded = config.load(Path(sys.argv[1]) / "boxproof.toml")
journal = Journal(Path(sys.argv[2]))
journal.listen(lambda entry: print(entry.kind, flush=True))
with signals.as_interrupt(), Run(loaded.root) as run:
    print(run.id, flush=True)
    target = ComposeTarget(loaded, journal, run, lambda line: None)
    with closing(target):
"""


@contextmanager
def elsewhere(
    moment: str, work: str, project: Path, journal: Path, *arguments: str
) -> Iterator[tuple[str, int, "subprocess.Popen[str]"]]:
    """A run in another process, at a moment that its journal tells: run id, pid, process.

    ``work`` is what it does with its ``target``; ``arguments`` are ``sys.argv[3:]`` there.
    """
    script = RUN + indent(work, " " * 8)
    command = [sys.executable, "-c", script, str(project), str(journal), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdout is not None
        run_id = child.stdout.readline().strip()
        for line in child.stdout:
            if line.strip() == moment:
                break
        yield run_id, child.pid, child
        child.kill()


def count(deployment: ComposeDeployment, *, add: bool = False) -> int:
    """The count that the service keeps in its data folder."""
    method = "POST" if add else "GET"
    answer = requests.request(method, f"{deployment.endpoint.url}/count", timeout=10)
    counted: int = answer.json()["count"]
    return counted


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the small service's project; its image goes with it."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(HERE / "image", folder, dirs_exist_ok=True)
    folder.chmod(0o755)
    yield folder
    _remove_images(folder)


def _remove_images(project: Path) -> None:
    key = project_key(configuration.load(project / "boxproof.toml"))
    images = engine.docker("images", "--quiet", "--filter", f"label=boxproof.image={key}").split()
    if images:
        subprocess.run(["docker", "rmi", "-f", *set(images)], check=True, capture_output=True)


@pytest.fixture(scope="session")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the toys and their compose file; their image goes with it."""
    folder = tmp_path_factory.mktemp("toys")
    caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TESTS / "apps", folder / "apps", ignore=caches)
    toys = folder / "container" / "toys"
    shutil.copytree(TESTS / "container" / "toys", toys)
    upgrades.write_old(toys / "old.db")
    upgrades.write_newer(toys / "newer.db")
    yield toys
    _remove_images(toys)


@pytest.fixture
def judged(toys: Path, tmp_path: Path) -> Judging:
    """Judges a toy in containers."""

    def judged(toy: str, *arguments: str, module: str = "boxproof", **environment: str) -> Judged:
        config = toys / "boxproof.toml"
        chosen = ("--target", "compose", *arguments)
        report = tmp_path / "report"
        return judge(config, report, *chosen, module=module, TOY=toy, **environment)

    return judged


@pytest.fixture
def config(project: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The small service's configuration."""
    monkeypatch.delenv("SOURCE_MOUNT", raising=False)
    return configuration.load(project / "boxproof.toml")


@pytest.fixture
def begin(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Begins runs, in a temporary folder of the test's own; all are ended, and leave nothing."""
    locks = tmp_path / "locks"
    locks.mkdir()
    monkeypatch.setenv("TMPDIR", str(locks))
    monkeypatch.setattr(tempfile, "tempdir", None)
    begun: list[Begun] = []

    def start(**limits: float) -> Begun:
        changed = replace(config, limits=replace(config.limits, **limits))
        begun.append(Begun(changed, tmp_path))
        return begun[-1]

    yield start
    for each in begun:
        each.close()
    assert [thing for each in begun for thing in each.left()] == []
    assert os.listdir(locks / f"boxproof-{os.getuid()}") == []
