"""What a run found broken is played again: still broken, or kept by a mended service."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from apps.judging import PROMISED, TESTS, judge_process, process_of

#: Of every kind of evidence: answers, texts, records, drawn cases, inputs, logs, stops.
BROKEN = {
    "smoke.no_allow": "smoke.wrong-method",
    "smoke.no_output": "smoke.first-work",
    "generation.ignores_seed": "generation.seed-repeats",
    "hygiene.reflects_id": "hygiene.request-id-bounded",
    "records.trims_text": "records.text-unchanged",
    "records.ignores_limit": "records.limit-honoured",
    "schema.counts_words": "schema.documented-body",
    "schema.fails_on_depth": "schema.inputs-answered",
    "hygiene.plain_log": "hygiene.logs-json",
    "lifecycle.ignores_sigterm": "lifecycle.stops-cleanly",
}


def replay(folder: Path, clause: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """``boxproof replay`` of a run in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "boxproof", "replay", clause, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


#: They take half a minute and more.
SLOW = ("schema.counts_words", "hygiene.plain_log", "lifecycle.ignores_sigterm")


@pytest.mark.parametrize(
    "toy",
    [pytest.param(each, marks=pytest.mark.long if each in SLOW else ()) for each in BROKEN],
)
def test_what_was_found_broken_is_seen_again_until_it_is_mended(toy: str, tmp_path: Path) -> None:
    """On the same service still broken, on the mended one kept now; the run's report stays."""
    clause = BROKEN[toy]
    ran = judge_process(f"apps.{toy}", tmp_path, "-k", clause)
    assert clause in ran.said("broken"), ran.output
    again = replay(tmp_path, clause, "--tries", "1")
    assert again.returncode == 1, again.stdout
    assert again.stdout.endswith(f"{clause}: still broken, in 1 of 1 try\n")
    (tmp_path / "boxproof.toml").write_text(PROMISED + process_of("apps.good"))
    mended = replay(tmp_path, clause, "--tries", "1")
    assert mended.returncode == 0, mended.stdout
    assert mended.stdout.endswith(f"{clause}: kept now, in 1 try\n")
