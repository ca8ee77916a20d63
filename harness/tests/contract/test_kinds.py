"""Every kind of records is judged, and what is broken says of which kind it is."""

from pathlib import Path

import pytest
from apps.judging import PROMISED, Judged, judge, process_of

DRAFTS = """
[records.drafts]
text = "/prompt"

[records.drafts.create]
path = "/drafts"
body = { prompt = "Once", steps = 1 }
text = "/prompt"

[records.drafts.read]
path = "/drafts/{id}"

[records.drafts.list]
path = "/drafts"
order = "newest"
limit = "limit"
before = "before"
"""
READABLE, STORED = "records.readable", "records.stored-once"
RESTART = "persistence.survives-restart"
LISTED = "records.newest-first"
EVERY = {READABLE, STORED, RESTART, LISTED}


def judged(folder: Path, clauses: set[str], **environment: str) -> Judged:
    """What these clauses say of a service with two kinds of records, as a local process."""
    config = folder / "boxproof.toml"
    promised, _, rest = PROMISED.partition("[upgrade]")
    limits = rest[rest.index("[durability]") :]
    config.write_text(promised + limits + DRAFTS + process_of("apps.records.two_kinds"))
    given = ("--target", "process", "-k", " or ".join(clauses))
    return judge(config, folder / "report", *given, **environment)


def test_two_kinds_that_are_kept_are_kept(tmp_path: Path) -> None:
    """And a line says what is not judged of the second."""
    said = judged(tmp_path, EVERY)
    assert said.said("kept") == EVERY, said.output
    assert "under other faults not, unlike 'sayings': drafts" in said.output


@pytest.mark.parametrize(
    ("harm", "broken"), [("alters", {READABLE, STORED}), ("forgets", {RESTART})]
)
def test_a_second_kind_that_is_broken_is_named(harm: str, broken: set[str], tmp_path: Path) -> None:
    """The first one being as it should."""
    said = judged(tmp_path, broken, DRAFTS=harm)
    assert said.said("broken") == broken, said.output
    for clause in broken:
        assert said.clauses[clause]["summary"].startswith("drafts: "), said.output
        assert said.clauses[clause]["evidence"], said.output
