"""``boxproof soak``: what leaks is found, and what does not is left alone."""

import importlib.util
import json
from pathlib import Path

import pytest
from apps.judging import PROMISED, Judged, judge, process_of

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("locust") is None, reason="boxproof[load] is not installed"
)
FLAT = {"soak.descriptors-flat", "soak.memory-flat", "soak.threads-flat"}
WORK_ALONE = "\n[load]\nweights = { work = 1 }\n"


def soaked(toy: str, folder: Path, *arguments: str) -> Judged:
    """A toy in a soak, as a local process."""
    config = folder / "boxproof.toml"
    promised = PROMISED.partition("[upgrade]")[0]
    limits = PROMISED[PROMISED.index("[limits]") :]
    config.write_text(promised + limits + WORK_ALONE + process_of(f"apps.{toy}"))
    return judge(config, folder / "report", "--target", "process", *arguments, command="soak")


def requests(folder: Path) -> int:
    """How many there were."""
    lines = (folder / "report" / "journal.jsonl").read_text().splitlines()
    every = [json.loads(each) for each in lines]
    (found,) = (each for each in every if each["kind"] == "load-finding" and each["name"] == "soak")
    return int(found["details"]["requests"])


@pytest.mark.long
def test_two_kilobytes_a_request_are_found(tmp_path: Path) -> None:
    """Long before 50,000 requests; only memory is told of."""
    judged = soaked("soak.leaks_two_kilobytes", tmp_path, "--minutes", "6", "--users", "60")
    assert judged.said("broken") == {"soak.memory-flat"}, judged.output
    assert judged.said("kept") == FLAT - {"soak.memory-flat"}, judged.output
    assert 0 < requests(tmp_path) < 50_000


@pytest.mark.long
def test_a_good_service_keeps_everything(tmp_path: Path) -> None:
    """With faults at the end of it, after which every acknowledged record is there."""
    judged = soaked("good", tmp_path, "--minutes", "5", "--users", "60")
    assert judged.said("kept") == FLAT | {"soak.nothing-lost"}, judged.output
    assert judged.exit_code == 0


@pytest.mark.long
def test_too_short_a_soak_is_not_judged(tmp_path: Path) -> None:
    """It says so, and is never called kept."""
    judged = soaked("good", tmp_path, "--minutes", "1", "--users", "4")
    assert judged.said("not judged") >= FLAT, judged.output
    assert not judged.said("broken"), judged.output
