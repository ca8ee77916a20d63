"""What rests on a time is judged again alone, and only that second time counts."""

from pathlib import Path
from typing import Any

import pytest
from plugin.conftest import Boxproof

#: One rests on a boot in the background, one on what is done to the shared deployment.
BY_THEMSELVES = ("startup.bad-setting-refused", "lifecycle.stops-cleanly")
#: Both rest on the first answer of the shared deployment, which is made again once.
TOGETHER = ("smoke.first-work", "startup.ready-means-ready")


@pytest.fixture
def judged(boxproof_command: Boxproof, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Verdict and summary of each clause, of the toy that is late as often as the test says."""
    late = request.param or str(tmp_path / "late")
    (tmp_path / "late").mkdir()
    config = boxproof_command.config
    text = config.read_text().replace("apps.good", "apps.lifecycle.late_once")
    text = text.replace("DATA =", f'LATE = "{late}", DATA =')
    text = text.replace("stop_seconds = 10", "stop_seconds = 1\nrequest_seconds = 1")
    text = text.replace("refuse_seconds = 10", "refuse_seconds = 1.5")
    config.write_text(f'{text}\n[server]\nmaster = "x"\nbad_setting = {{ WORKERS = "many" }}\n')
    ids = " or ".join((*BY_THEMSELVES, *TOGETHER))
    code, out, err = boxproof_command.run("run", "--target", "process", "-k", ids)
    assert not err, err
    clauses = {each["id"]: each for each in boxproof_command.report()["clauses"]}
    return code, {name: (each["verdict"], each["summary"]) for name, each in clauses.items()}, out


@pytest.mark.parametrize("judged", [""], indirect=True)
def test_what_is_late_beside_other_work_alone_is_kept(judged: Any) -> None:
    """The report says that, and how it was beside other work; what was late is made again once."""
    code, clauses, out = judged
    assert {verdict for verdict, _ in clauses.values()} == {"kept"}, out
    told = "kept when judged alone; beside other work: "
    late = [name for name, (_, summary) in clauses.items() if summary.startswith(told)]
    assert sorted(late) == sorted((*BY_THEMSELVES, late[0])), clauses
    assert late[0] in TOGETHER
    assert code == 0


@pytest.mark.parametrize("judged", ["always"], indirect=True)
def test_what_is_late_alone_too_is_broken(judged: Any) -> None:
    """Both times are told."""
    code, clauses, out = judged
    for name in (*BY_THEMSELVES, *TOGETHER):
        verdict, summary = clauses[name]
        assert verdict == "broken", (name, summary, out)
        assert summary.startswith("broken when judged alone, too: "), summary
    assert any("; first: " in summary for _, summary in clauses.values())
    assert code == 1
