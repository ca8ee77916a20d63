"""The tutorial's last run, on the image that its reader has built."""

from pathlib import Path

from apps.tutorial import CONTAINER, PROCESS, findings, follow, mend, written

#: Judged where the machine has FUSE.
WITH_FUSE = {"persistence.survives-power-loss"}
#: On the requests that the first SIGTERM loses.
RESTING = {"lifecycle.forwards-signals", "lifecycle.second-sigterm"}
DECLINED = "generation.empty-refused"


def test_the_whole_contract_finds_what_the_page_lists(tmp_path: Path) -> None:
    """What a local process shows, and what only a container does; some clauses rest on another.

    What the file declines is named, too.
    """
    config = written(tmp_path)
    tmp_path.chmod(0o755)
    mend(tmp_path)
    judged = follow(config, "--target", "compose")
    listed = findings(PROCESS) | findings(CONTAINER)
    not_judged = judged.said("not judged")
    assert judged.said("broken") == listed - (WITH_FUSE & not_judged), judged.output
    assert not judged.said("unknown"), judged.output
    assert not_judged - WITH_FUSE == {*RESTING, DECLINED}, judged.output
