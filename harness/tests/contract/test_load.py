"""``boxproof load``: each limit has a service that only it catches; a good one keeps them all."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from apps.judging import PROMISED, Judged, judge, judge_process, process_of

# Not imported: that would patch the standard library of this process.
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("locust") is None, reason="boxproof[load] is not installed"
)

LIMITS = """
[load]
profile = "short"

[load.profiles.short]
users = 16
wait_seconds = [0.01, 0.05]
seconds = 6

[[load.limits]]
operation = "POST /say"
p50_seconds = 0.3
p95_seconds = 0.35
p99_seconds = 0.39
error_rate = 0.05
requests_per_second = 80
"""
STREAMED = """
[streaming]
body = { stream = true }
event = "token"
text = "/piece"
terminator = "[DONE]"

[load]
profile = "short"
weights = { stream = 1 }

[load.profiles.short]
users = 8
wait_seconds = [0.01, 0.05]
seconds = 6

[[load.limits]]
first_token_seconds = 0.3
tokens_per_second = 50
"""
EVERY = {
    "load.done-or-refused",
    "load.p50-kept",
    "load.p95-kept",
    "load.p99-kept",
    "load.errors-bounded",
    "load.requests-per-second",
}
STREAMS = {"load.done-or-refused", "load.first-token", "load.tokens-per-second"}
CAUGHT = {
    "load.fails_some": "load.done-or-refused",
    "load.slow_half": "load.p50-kept",
    "load.slow_tenth": "load.p95-kept",
    "load.slow_few": "load.p99-kept",
    "load.refuses_some": "load.errors-bounded",
    "load.takes_its_time": "load.requests-per-second",
}
#: Who waits longer at the median waits longer at every other percentile as well.
FOLLOWED = {"load.slow_half", "load.slow_tenth"}
STREAMS_CAUGHT = {
    "load.late_streams": "load.first-token",
    "load.slow_streams": "load.tokens-per-second",
}


def loaded(toy: str, folder: Path, more: str, *arguments: str) -> Judged:
    """A toy under load, as a local process."""
    config = folder / "boxproof.toml"
    promised = PROMISED.partition("[upgrade]")[0]
    limits = PROMISED[PROMISED.index("[limits]") :]
    config.write_text(promised + limits + more + process_of(f"apps.{toy}"))
    return judge(config, folder / "report", "--target", "process", *arguments, command="load")


def entries(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The journal's entries of one kind."""
    lines = (folder / "report" / "journal.jsonl").read_text().splitlines()
    return [each for each in map(json.loads, lines) if each["kind"] == kind]


@pytest.mark.long
def test_a_good_service_keeps_every_limit(tmp_path: Path) -> None:
    """What it did is told by operation; Locust's own reports lie beside ours."""
    judged = loaded("good", tmp_path, LIMITS)
    assert judged.said("kept") == EVERY, judged.output
    assert judged.exit_code == 0, judged.output
    (phase,) = entries(tmp_path, "load-phase")
    say = phase["operations"]["POST /say"]
    assert phase["name"] == "steady"
    assert say["requests"] == say["done"] > 6 * 80
    value, low, high = say["p95_seconds"]
    assert low <= value <= high
    for row in ("POST /say", "GET /health", "GET /", "all"):
        assert row in judged.output
    seconds = [each for each in entries(tmp_path, "load-second") if each["phase"] == "steady"]
    assert len(seconds) == phase["seconds"] == 6
    made = {each.name for each in (tmp_path / "report" / "load").iterdir()}
    assert {"locust.html", "results_stats.csv", "results_stats_history.csv"} <= made


@pytest.mark.long
@pytest.mark.parametrize("toy", CAUGHT)
def test_a_service_that_breaks_under_load_is_caught_by_the_clause_that_names_its_fault(
    toy: str, tmp_path: Path
) -> None:
    """The others of the family are kept; it was measured twice."""
    judged = loaded(toy, tmp_path, LIMITS)
    assert CAUGHT[toy] in judged.said("broken"), judged.output
    assert judged.exit_code == 1
    evidence = judged.clauses[CAUGHT[toy]]["evidence"]
    assert any("1. time: " in line for line in evidence), evidence
    assert any("2. time: " in line for line in evidence), evidence
    if toy not in FOLLOWED:
        assert judged.said("kept") == EVERY - {CAUGHT[toy]}, judged.output


@pytest.mark.long
def test_good_streams_keep_their_limits(tmp_path: Path) -> None:
    """The first piece of text, and how fast the others come."""
    judged = loaded("streaming.good", tmp_path, STREAMED)
    assert judged.said("kept") == STREAMS, judged.output


@pytest.mark.long
@pytest.mark.parametrize("toy", STREAMS_CAUGHT)
def test_streams_that_are_late_or_slow_under_load_are_caught(toy: str, tmp_path: Path) -> None:
    """By the clause that names it, and by no other."""
    judged = loaded(toy, tmp_path, STREAMED)
    assert judged.said("broken") == {STREAMS_CAUGHT[toy]}, judged.output
    assert judged.said("kept") == STREAMS - {STREAMS_CAUGHT[toy]}, judged.output


def findings(folder: Path) -> dict[str, dict[str, Any]]:
    """What a load showed beside its limits, by name."""
    return {each["name"]: each for each in entries(folder, "load-finding")}


WORK_ALONE = "\n[load]\nweights = { work = 1 }\n"


@pytest.mark.long
def test_the_knee_of_a_service_that_refuses_is_found(tmp_path: Path) -> None:
    """50 requests a second, within a tenth; beyond it the rest is refused, and it recovers."""
    steps = ("--profile", "steps", "--seconds", "6")
    judged = loaded("load.limited", tmp_path, WORK_ALONE, *steps)
    found = findings(tmp_path)
    assert 45 <= found["knee"]["details"]["per_second"] <= 55, judged.output
    assert "were refused with 429 or 503 and Retry-After" in found["beyond the knee"]["told"]
    assert found["recovery"]["details"]["seconds"] <= 10
    assert judged.said("kept") == {"load.done-or-refused", "load.served-again"}, judged.output


@pytest.mark.long
def test_a_service_that_stays_broken_after_too_much_load_is_caught(tmp_path: Path) -> None:
    """It is asked for less again, twice, and does not do it."""
    steps = ("--profile", "steps", "--seconds", "4")
    judged = loaded("load.stays_broken", tmp_path, WORK_ALONE, *steps)
    assert judged.said("broken") == {"load.served-again"}, judged.output


def test_a_short_load_is_told_by_operation(tmp_path: Path) -> None:
    """Without limits, one clause is judged: that everything was done or refused."""
    judged = loaded("good", tmp_path, "", "--users", "20", "--seconds", "3")
    assert judged.said("kept") == {"load.done-or-refused"}, judged.output
    for row in ("POST /say", "all"):
        assert row in judged.output


@pytest.mark.long
def test_users_of_ones_own_are_let_loose_as_well(tmp_path: Path) -> None:
    """A locustfile needs nothing of ours; what its users do is judged by the same limits."""
    own = tmp_path / "own_users.py"
    own.write_text(
        "from locust import HttpUser, constant, task\n"
        "class Reader(HttpUser):\n"
        "    wait_time = constant(0.05)\n"
        "    @task\n"
        "    def records(self):\n"
        "        self.client.get('/records?limit=1', name='/records')\n"
    )
    more = LIMITS.replace("POST /say", "GET /records").replace("per_second = 80", "per_second = 20")
    judged = loaded("good", tmp_path, more, "--locustfile", str(own), "--processes", "2")
    assert judged.said("kept") == EVERY, judged.output
    assert "GET /records" in judged.output


def test_a_run_leaves_load_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    """Whatever words its clauses are chosen by."""
    judged = judge_process("apps.good", tmp_path, "-k", "model-loaded or done-or-refused")
    assert judged.clauses.keys() == {"smoke.model-loaded"}, judged.output


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    """With the exit code of wrong usage, before anything is booted."""
    config = tmp_path / "boxproof.toml"
    config.write_text(PROMISED.partition("[upgrade]")[0] + process_of("apps.good"))
    for arguments, said in (
        (["--profile", "stepz"], "load profile 'stepz' is not one of normal, stress, spike, steps"),
        (["--locustfile", "nowhere.py"], "--locustfile: 'nowhere.py': no such file"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "boxproof", "--config", config, "load", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 2
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
