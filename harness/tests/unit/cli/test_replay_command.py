"""What cannot be played again is refused; what came of the tries is told in a few words."""

from collections import Counter
from pathlib import Path

import pytest
from unit.reports.build import END, RUN, at, verdict

from boxproof.cli import main, replay_command
from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Verdict
from boxproof.journal import Journal, Recorded
from boxproof.journal.entries import RunBegan

BROKEN = verdict("smoke.first-work", "broken", summary="it returned 500")
KEPT = verdict("smoke.health-answers", "kept")


def refused(folder: Path, clause: str, *entries: Recorded) -> int:
    """The exit code of a replay of a run with these entries."""
    journal = Journal(folder / "journal.jsonl")
    for each in (*entries, END):
        journal.write(each.entry)
    journal.close()
    config = str(folder / "boxproof.toml")
    return main(["--config", config, "replay", clause, "--report", str(folder)])


@pytest.mark.parametrize(
    ("clause", "entries", "said"),
    [
        ("smoke.first-work", (RUN, KEPT), "found nothing broken"),
        ("smoke.first_work", (RUN, BROKEN), "did you mean 'smoke.first-work'?"),
        ("smoke.health-answers", (RUN, BROKEN, KEPT), "did not find it broken; it found smoke.f"),
        (
            "smoke.first-work",
            (at(0.0, RunBegan(version="1", target="url")), BROKEN),
            "a run at a URL cannot be replayed",
        ),
    ],
)
def test_what_cannot_be_played_again_is_told_in_one_line(
    clause: str,
    entries: tuple[Recorded, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the exit code of wrong usage."""
    assert refused(tmp_path, clause, *entries) == ExitCode.USAGE
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("verdicts", "same", "told"),
    [
        ((Verdict.KEPT, Verdict.BROKEN), True, ("still broken, in 1 of 2 tries", 1)),
        ((Verdict.WAIVED, Verdict.WAIVED), False, ("still broken, in 2 of 2 tries", 1)),
        ((Verdict.KEPT, Verdict.KEPT), True, ("not seen in 2 tries, on the same image", 4)),
        ((Verdict.KEPT, Verdict.KEPT), False, ("kept now, in 2 tries", 0)),
        (
            (Verdict.KEPT, Verdict.NOT_JUDGED),
            False,
            ("could not be judged in 2 tries: 1 kept, 1 not judged", 4),
        ),
    ],
)
def test_kept_is_said_of_another_image_alone(
    verdicts: tuple[Verdict, ...], same: bool, told: tuple[str, int]
) -> None:
    """What was broken once on an image is not mended by luck."""
    assert replay_command._told(Counter(verdicts), len(verdicts), same=same) == told
