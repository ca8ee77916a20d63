"""Services beside the judged one: booted with it, taken away and given back, and gone with it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests
from apps.judging import Judged, judge

from boxproof import config as configuration
from boxproof.core.polling import until
from boxproof.journal import read
from boxproof.journal.entries import Logged, ServerEnded
from boxproof.targets.abilities import HarmsNeighbours, RunsShell
from boxproof.targets.base import Variant
from boxproof.targets.compose.compose_deployment import ComposeDeployment

from .conftest import Begun

Judging = Callable[[str], Judged]
BACK_SECONDS = 30.0

#: A broken toy, and the clauses that it breaks. Every run shows the same with processes.
CAUGHT = {
    "waits_for_ever": {"answers-in-time"},
    "tells_where": {"hides-internals"},
    "blames_the_client": {"refuses-cleanly"},
    "always_healthy": {"shows-in-health"},
    "gives_up": {"recovers"},
    "stores_later": {"loses-nothing"},
}


@pytest.fixture
def beside(toys: Path) -> Path:
    """What is promised of a toy whose records lie in another service."""
    text = (toys / "boxproof.toml").read_text()
    file = toys / "boxproof-neighbours.toml"
    named = 'compose_file = "docker-compose-neighbours.yml"\n'
    file.write_text(text.replace("[service]\n", f"[service]\n{named}"))
    return file


@pytest.fixture
def judged(beside: Path, tmp_path: Path) -> Judging:
    """Judges the family on a toy in containers."""

    def judged(toy: str) -> Judged:
        chosen = ("--target", "compose", "--family", "neighbours")
        return judge(beside, tmp_path / "report", *chosen, TOY=f"neighbours.{toy}")

    return judged


def status(deployment: ComposeDeployment) -> int:
    """What the toy says of its health."""
    return requests.get(f"{deployment.endpoint.url}/health", timeout=20).status_code


def test_neighbours_are_taken_away_and_given_back(beside: Path, tmp_path: Path) -> None:
    """All that the compose file gives the service is there, and nothing is left of it."""
    run = Begun(configuration.load(beside), tmp_path)
    with closing(run):
        assert run.target.neighbours == ("database",)
        deployment = run.target.boot(Variant())
        shell = deployment.ability(RunsShell).shell
        assert shell("cat /run/secrets/word") == "open sesame\n"
        assert shell("cat /etc/greeting") == "costs 5$"
        assert shell("cat /another/prepared") == "prepared\n"

        database = deployment.ability(HarmsNeighbours).neighbour("database")
        for harm, heal in (
            (database.kill, database.start),
            (database.stop, database.start),
            (database.pause, database.resume),
            (database.cut_off, database.reconnect),
        ):
            assert status(deployment) == 200
            harm()
            assert status(deployment) == 503, harm
            heal()
            heal()
            assert until(lambda: status(deployment) == 200, BACK_SECONDS), heal
        deployment.close()
        assert run.left() == []
    entries = [each.entry for each in read(run.journal.path)]
    ended = [each for each in entries if isinstance(each, ServerEnded) and each.neighbour]
    assert [(each.neighbour, each.code) for each in ended][:2] == [("database", 137)] * 2
    assert ("prepare", 0) in [(each.neighbour, each.code) for each in ended]
    said = [each.line for each in entries if isinstance(each, Logged) and each.neighbour]
    assert "database: listening on port 5432" in said


def test_a_service_that_bears_with_it_keeps_every_clause(judged: Judging) -> None:
    """Its records lie in the neighbour."""
    seen = judged("good")
    assert len(seen.said("kept")) == len(CAUGHT), seen.output
    assert seen.exit_code == 0


@pytest.mark.long
@pytest.mark.parametrize("toy", CAUGHT)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(
    toy: str, judged: Judging
) -> None:
    """The others of the family are kept, or cannot be broken by it."""
    seen = judged(toy)
    assert seen.said("broken") == {f"neighbours.{each}" for each in CAUGHT[toy]}, seen.output
    assert not seen.said("unknown"), seen.output
