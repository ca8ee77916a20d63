"""What only a loss of power shows: SIGKILL leaves the kernel's page cache whole."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from apps.judging import Judged

from boxproof import config as configuration
from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.faults import fault_registry as registry
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore
from boxproof.scenarios.fault_runs import run_under_faults
from boxproof.targets.base import Variant
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.lossy_disk.unmounting import is_mounted

LOSSES = 10
FORGETFUL = Variant("a disk that forgets", forgets=True)


@pytest.fixture
def config(toys: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The good toy's configuration."""
    monkeypatch.setenv("TOY", "good")
    return configuration.load(toys / "boxproof.toml")


@pytest.fixture
def begun(begin: Callable[[], Any]) -> Any:
    """A run of the good toy."""
    return begin()


@pytest.fixture
def deployment(begun: Any) -> ComposeDeployment:
    """The good toy on a disk that forgets."""
    try:
        made: ComposeDeployment = begun.target.boot(FORGETFUL)
    except NotJudged as error:
        pytest.skip(error.reason)
    return made


def test_a_service_that_never_syncs_is_caught_by_a_power_loss_and_not_by_a_kill(
    judged: Callable[..., Judged],
) -> None:
    """It writes, and asks for nothing to be kept."""
    seen = judged("persistence.never_syncs", "-k", "power-loss or survives-kill")
    if seen.said("not judged"):
        pytest.skip(seen.clauses["persistence.survives-power-loss"]["summary"])
    assert seen.said("broken") == {"persistence.survives-power-loss"}, seen.output
    assert seen.said("kept") == {"persistence.survives-kill"}, seen.output


def test_records_on_another_volume_are_not_judged_by_a_power_loss(
    judged: Callable[..., Judged],
) -> None:
    """That one forgets nothing."""
    seen = judged("persistence.on_another_volume", "-k", "power-loss")
    assert seen.said("not judged") == {"persistence.survives-power-loss"}, seen.output


@pytest.mark.long
def test_a_service_that_syncs_loses_nothing_however_often(
    begun: Any, deployment: ComposeDeployment
) -> None:
    """Ten losses, each under load, on the same data."""
    client = Client(lambda: deployment.endpoint, begun.journal)
    records = RecordStore.over(client, begun.config)
    faults = (registry.every()["power-loss"],) * LOSSES
    history = run_under_faults(faults, deployment, records, begun.config, begun.journal, seed=1)
    judge(history, *DURABLE)
    assert len(history.acknowledged) > LOSSES


def test_what_is_not_synced_survives_a_kill_and_not_a_power_loss(
    deployment: ComposeDeployment,
) -> None:
    """Shown on files that are written into the container's volume from outside the service."""
    assert deployment.container.execute("sh", "-c", "echo words > /data/killed")[0] == 0
    deployment.kill()
    deployment.start()
    assert "killed" in _names(deployment)
    # Of files that are new since the start: a service that starts may sync its folder.
    write = "echo words > /data/lost; echo words > /data/kept; sync /data/kept"
    assert deployment.container.execute("sh", "-c", write)[0] == 0
    deployment.lose_power()
    deployment.start()
    assert _names(deployment) & {"lost", "kept"} == {"kept"}
    assert requests.get(f"{deployment.endpoint.url}/health", timeout=10).status_code == 200


def test_nothing_is_left_of_the_disk(begun: Any, deployment: ComposeDeployment) -> None:
    """Neither mount nor process, once the deployment is closed."""
    (folder,) = begun.run.folder.glob("*-data")
    assert is_mounted(folder)
    deployment.close()
    assert not is_mounted(folder)
    assert os.listdir(folder) == []


def test_a_deployment_on_a_volume_cannot_lose_its_power(begun: Any) -> None:
    """Its volume forgets nothing, and it runs on."""
    deployment = begun.target.boot(Variant())
    with pytest.raises(NotJudged, match="disk that forgets"):
        deployment.lose_power()
    assert requests.get(f"{deployment.endpoint.url}/health", timeout=10).status_code == 200


def _names(deployment: ComposeDeployment) -> set[str]:
    return {*deployment.container.execute("ls", "/data")[1].split()}
