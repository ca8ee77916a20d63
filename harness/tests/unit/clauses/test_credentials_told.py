"""No log of the run holds the value of a credential."""

from pathlib import Path

import pytest

from boxproof.clauses.credentials.told import not_in_logs
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Credential, Service
from boxproof.core.breaches import Breach, NotJudged
from boxproof.journal import Journal, read, within
from boxproof.journal.entries import BootOrdered, Logged
from boxproof.scenarios.run_logs import RunLine, closed_logs
from boxproof.targets.endpoints import secrets_of

KEY = "k3y-of-mine"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A service with a key."""
    monkeypatch.setenv("TOY_KEY", KEY)
    credential = Credential(variable="TOY_KEY")
    return Config(
        root=tmp_path, service=Service("toy", 1), work=ValidRequest("/say"), credential=credential
    )


def test_a_deployment_of_a_scenario_is_looked_into_as_well(config: Config, tmp_path: Path) -> None:
    """Whose log is left in the journal alone, where the value is left out."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.hide(*secrets_of(config))
    with within(scenario="storage"):
        journal.write(BootOrdered(deployment="run-2"))
        journal.write(Logged(deployment="run-2", line=f"let in: {KEY}", at=1.0))
        journal.write(Logged(deployment="run-2", line="let in", at=2.0))
    lines = closed_logs(read(journal.path))
    with pytest.raises(Breach, match="1 of 2 lines") as broken:
        not_in_logs(lines, config)
    assert broken.value.evidence == ("run-2 at 1.000 s: let in: $TOY_KEY",)


def test_the_shared_deployment_is_read_as_it_is(config: Config) -> None:
    """Encoded or not; without a line nothing is said."""
    with pytest.raises(Breach, match="1 of 2 lines"):
        not_in_logs((RunLine("shared", "fine"), RunLine("shared", f"?key={KEY}")), config)
    not_in_logs((RunLine("shared", "fine"),), config)
    with pytest.raises(NotJudged):
        not_in_logs((), config)
