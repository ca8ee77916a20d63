"""What only a container can show: each broken toy is caught by the clauses that name its fault."""

from collections.abc import Callable
from pathlib import Path

import pytest
from apps.judging import Judged

Judging = Callable[..., Judged]

#: What is judged of the workers, and of where records lie.
WORKERS = "startup.workers or port-honoured or worker-replaced or worker-death"
VOLUME = "fresh-volume or volume-keeps or survives-restart or survives-kill or survives-recreate"

#: Toy: what is judged, and what must be broken. All else that is judged must be kept.
CAUGHT = {
    "startup.ignores_cpu_limit": (WORKERS, {"startup.workers-max"}),
    "startup.fixed_port": (WORKERS, {"startup.workers-max", "startup.port-honoured"}),
    "lifecycle.replaces_badly": (WORKERS, {"lifecycle.worker-death-unnoticed"}),
    "persistence.on_another_volume": (VOLUME, {"persistence.fresh-volume-empty"}),
}
#: What follows from a fault: one worker has every request in hand, and a bad one serves on.
FOLLOWS = {
    "lifecycle.replaces_badly": {"lifecycle.worker-death-contained"},
}
#: Whose clauses another one of these is caught by as well.
ALIKE = {"startup.ignores_cpu_limit"}
LONG = pytest.mark.long


def test_nothing_is_reported_on_the_good_service(judged: Judging) -> None:
    """Every clause is judged and kept; the power loss where the machine has FUSE.

    Another deployment stands in front of each, which changes nothing.
    """
    seen = judged("good", "--require-complete", module="apps.wrapped")
    assert seen.said("not judged") <= {"persistence.survives-power-loss"}, seen.output
    assert seen.said("kept") == seen.clauses.keys() - seen.said("not judged"), seen.output
    assert seen.exit_code == 0


@pytest.mark.parametrize(
    "toy", [pytest.param(each, marks=LONG if each in ALIKE else ()) for each in CAUGHT]
)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(
    toy: str, judged: Judging
) -> None:
    """The others that look at the same are kept, but for what follows from its fault."""
    chosen, caught = CAUGHT[toy]
    seen = judged(toy, "-k", chosen)
    assert caught <= seen.said("broken") <= caught | FOLLOWS.get(toy, set()), seen.output
    assert not seen.said("unknown"), seen.output


def test_records_outside_the_volume_are_lost_with_the_container(judged: Judging) -> None:
    """They survive a restart and SIGKILL, which keep the container's own file system."""
    toy = "persistence.outside_the_volume"
    seen = judged(toy, "-k", VOLUME, TOY_READ_ONLY="false")
    assert seen.said("broken") == {"persistence.survives-recreate"}, seen.output


def test_a_container_that_is_run_as_root_is_caught(judged: Judging) -> None:
    """The image is the good one; its compose file is not."""
    seen = judged("good", "-k", "not-root or read-only-root or root-answers", TOY_USER="0:0")
    assert seen.said("broken") == {"hygiene.not-root"}, seen.output


def test_a_token_that_a_build_was_given_is_caught(judged: Judging) -> None:
    """As an argument it stands in the image's history; what is told does not hold it."""
    token = "hf_" + "qW3eRt5yUi7oPaS9dF" + "gH1jKlZx2cVbN4m6"
    seen = judged("good", "-k", "hygiene and image", TOY_TOKEN=token)
    assert seen.said("broken") == {"hygiene.image-without-secrets"}, seen.output
    assert seen.said("kept") == {"hygiene.image-labelled"}, seen.output
    told = seen.clauses["hygiene.image-without-secrets"]
    assert told["summary"] == "the image's build history holds a token of Hugging Face"
    assert any("docker history" in line for line in told["evidence"])


def test_an_image_of_another_title_is_caught(judged: Judging) -> None:
    """Its label is not the promised one."""
    seen = judged("good", "-k", "hygiene and image", TOY_TITLE="another")
    assert seen.said("broken") == {"hygiene.image-labelled"}, seen.output


def test_a_read_only_root_of_production_costs_no_boot(judged: Judging, tmp_path: Path) -> None:
    """The shared deployment shows it."""
    seen = judged("good", "-k", "read-only-root")
    assert seen.said("kept") == {"hygiene.read-only-root"}, seen.output
    journal = (tmp_path / "report" / "journal.jsonl").read_text()
    assert journal.count('"kind": "boot"') == 1


@pytest.mark.parametrize(
    ("toy", "verdict"), [("good", "kept"), ("persistence.outside_the_volume", "broken")]
)
def test_a_read_only_root_is_tried_where_the_compose_file_does_not_ask_for_one(
    toy: str, verdict: str, judged: Judging
) -> None:
    """A service that writes beside its volume has no root that it could write to there."""
    seen = judged(toy, "-k", "read-only-root", TOY_READ_ONLY="false")
    assert seen.said(verdict) == {"hygiene.read-only-root"}, seen.output


@pytest.mark.parametrize(
    ("toy", "broken"), [("good", set()), ("resources.leaks_memory", {"resources.memory-flat"})]
)
def test_a_leak_is_seen_in_the_containers_own_memory(
    toy: str, broken: set[str], judged: Judging
) -> None:
    """As its control group counts it, without the page cache."""
    seen = judged(toy, "--full", "-k", "flat")
    assert seen.said("broken") == broken, seen.output
    flat = {"resources.memory-flat", "resources.descriptors-flat", "resources.threads-flat"}
    assert seen.said("kept") == flat - broken, seen.output
