"""The evidence page says what the journal says, escapes it, and says what it leaves out."""

import json
import re
from pathlib import Path

import pytest

from boxproof.core.document_coverage import KeywordCoverage, OperationCoverage
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.core.waivers import Waived
from boxproof.journal import Journal
from boxproof.journal.entries import (
    BecameReady,
    BootOrdered,
    ClauseJudged,
    FactsLearned,
    FaultBegan,
    FaultEnded,
    FirstBootFailed,
    Logged,
    OperationCovered,
    Requested,
    RunBegan,
    RunEnded,
    Sampled,
)
from boxproof.reports import folder, jsonfile
from boxproof.reports.html.comparison import compared, read_baseline
from boxproof.reports.html.gathered import Sent
from boxproof.reports.html.history_diagram import history_diagram
from boxproof.reports.html.timeline import REQUESTS_MOST, _sampled
from boxproof.reports.model import Report

MARKUP = "</script><img src=x onerror='window.brokenInto=1'><script>window.brokenInto=1</script>"
HISTORY = (
    "id 7 was acknowledged, and is missing from the list",
    "      7.922 s  writer-1   create 'one' → 200 id 7 at 7.944 s",
    "      8.142 s  —          SIGKILL",
    "     11.296 s  reader-0   walk through the list → 200, 25 records at 11.589 s",
)


def judged(name: str, verdict: Verdict, **more: object) -> ClauseJudged:
    """A clause and its verdict."""
    given = {"seconds": 0.5, "summary": "", **more}
    return ClauseJudged(
        id=name,
        family=name.partition(".")[0],
        level=Level.MUST,
        sentence="The service MUST do it.",
        verdict=verdict,
        **given,  # type: ignore[arg-type]
    )


def journal_of(place: Path, said: str = "a text", *, ended: bool = True) -> Path:
    """The journal of a run that has something of everything; the service says ``said``."""
    path = place / "journal.jsonl"
    journal = Journal(path)
    journal.write(RunBegan(version="1", service="toy", target="process", seed=7))
    journal.write(FactsLearned(values={"start_seconds": {"imports": 2.1, said: 0.2}}))
    journal.write(BootOrdered(deployment="one"))
    journal.write(BecameReady(deployment="one", url="http://127.0.0.1:1/health"))
    for number, status in enumerate((200, 200, 422, 500, None)):
        url = f"http://127.0.0.1:1/{said}/{number}?key={number}"
        journal.write(
            Requested(method="GET", url=url, began=0.1 * number, seconds=0.01, status=status)
        )
        journal.write(Sampled(deployment="one", cpu_seconds=0.1 * number, memory_bytes=2**20))
    journal.write(FaultBegan(name=said, deployment="one"))
    journal.write(Logged(deployment="one", line=f"ERROR {said}", at=0.2))
    journal.write(FaultEnded(name=said, deployment="one"))
    keyword = KeywordCoverage(
        parameter="body", location="body", pointer="/text", keyword="maxLength", limit=5,
        inside=1, on=2, outside=3,
    )  # fmt: skip
    covered = OperationCoverage(
        operation=f"POST /{said}", cases=3, documented=("200", "404"),
        statuses={"200": 2, "500": 1}, keywords=(keyword,),
    )  # fmt: skip
    journal.write(OperationCovered(coverage=covered))
    broken = {"summary": said, "evidence": (*HISTORY, f"curl -sS http://127.0.0.1:1/{said}", said)}
    journal.write(judged("persistence.survives-kill", Verdict.BROKEN, **broken))
    journal.write(judged("smoke.health-answers", Verdict.KEPT))
    journal.write(
        judged("smoke.other", Verdict.NOT_JUDGED, cause=Cause.NO_ABILITY, summary="it cannot")
    )
    waived = Waived(scope="", reason=said, until="2027-01-31", days_left=9)
    journal.write(judged("smoke.waived", Verdict.WAIVED, waived=(waived,)))
    if ended:
        journal.write(RunEnded(interrupted=False))
    journal.close()
    return path


def page_of(path: Path) -> str:
    """The page of a journal, without the chart library."""
    folder.write(path)
    text = (path.parent / "index.html").read_text(encoding="utf-8")
    assert len(text) < 8 * 1024 * 1024
    return re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)


def test_the_page_says_what_the_journal_says(tmp_path: Path) -> None:
    """The verdict first; every clause, its proof, what is waived and for how long."""
    text = page_of(journal_of(tmp_path))
    assert "<h1>1 clause broken, by 1 cause; 1 kept, 1 not judged.</h1>" in text
    for each in (
        "The service MUST do it.",
        "curl -sS http://127.0.0.1:1/a text",
        "no such ability: it cannot: smoke.other",
        "until 2027-01-31 (9 days left)",
        '<td class="missing">-</td>',
        '<td class="undocumented">1</td>',
        "body body/text maxLength 5",
    ):
        assert each in text, each


def test_nothing_that_a_service_said_is_markup(tmp_path: Path) -> None:
    """Neither in the page nor in the data of its charts."""
    folder.write(journal_of(tmp_path, said=MARKUP))
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<img src=x" not in text
    assert text.count("window.brokenInto=1</script>") == 0
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', text)
    assert found is not None
    # Plotly's labels may hold markup of their own.
    labels = [
        text
        for figure in json.loads(found[1])
        for each in figure["data"]
        for text in each.get("text", [])
    ]
    assert any("&lt;img" in each for each in labels)
    assert not any("<img" in each for each in labels)
    assert {each["id"] for each in json.loads(found[1])} == {
        "timeline", "latency", "start", "history-persistence.survives-kill",
    }  # fmt: skip


def test_an_interrupted_run_has_a_page(tmp_path: Path) -> None:
    """Of what it got to."""
    assert "<h1>The run was interrupted after 4 clauses.</h1>" in page_of(
        journal_of(tmp_path, ended=False)
    )


def test_a_run_whose_first_boot_failed_shows_the_log(tmp_path: Path) -> None:
    """And draws nothing, so that the chart library is left out."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write(RunBegan(version="1"))
    journal.write(FirstBootFailed(summary="it ended with 3", log="no <model>"))
    journal.write(RunEnded(interrupted=False))
    journal.close()
    text = page_of(tmp_path / "journal.jsonl")
    assert "<h1>The first boot failed: it ended with 3.</h1>" in text
    assert "no &lt;model&gt;" in text
    assert (tmp_path / "index.html").stat().st_size < 50_000


def test_a_journal_of_the_first_version_has_a_page(tmp_path: Path) -> None:
    """As it has every other report."""
    old = Path(__file__).parent.parent / "journal" / "version_1.jsonl"
    (tmp_path / "journal.jsonl").write_text(old.read_text())
    assert "<h1>" in page_of(tmp_path / "journal.jsonl")


def test_what_cannot_all_be_drawn_keeps_what_went_wrong_and_says_so() -> None:
    """All 5xx and the slowest; the same ones each time."""
    bad = [Sent(1.0, 0.1, "GET /", 500, "one")] * 10
    slow = [Sent(2.0, 9.0, "GET /", 200, "one")]
    many = [Sent(3.0, 0.01, "GET /", 200, "one")] * (2 * REQUESTS_MOST)
    shown, note = _sampled([*many, *slow, *bad])
    assert len(shown) == REQUESTS_MOST
    assert sum(each.status == 500 for each in shown) == 10
    assert slow[0] in shown
    assert note.startswith(
        f"{REQUESTS_MOST + 11} of {2 * REQUESTS_MOST + 11} requests are left out"
    )
    assert _sampled(many[:5]) == (many[:5], "")


def test_a_history_is_drawn_by_its_clients() -> None:
    """Each request from its beginning to its end, and what was done between."""
    figure = history_diagram("a.b", HISTORY)
    assert figure is not None
    assert [(each["y"][0], each["x"]) for each in figure.data] == [
        ("writer-1", [7.922, 7.944]),
        ("reader-0", [11.296, 11.589]),
    ]
    assert [each["text"] for each in figure.layout["annotations"]] == ["SIGKILL"]
    assert history_diagram("a.b", ("→ 500", "12.3 s  log  line")) is None


def test_what_has_changed_since_another_run_is_told(tmp_path: Path) -> None:
    """A clause that is slower by less than twice and two seconds is not."""
    before = Report(clauses=[
        judged("a.broken", Verdict.KEPT), judged("a.mended", Verdict.BROKEN),
        judged("a.slow", Verdict.KEPT, seconds=3.0), judged("a.noise", Verdict.KEPT, seconds=3.0),
        judged("a.gone", Verdict.KEPT),
    ])  # fmt: skip
    now = Report(clauses=[
        judged("a.broken", Verdict.BROKEN), judged("a.mended", Verdict.KEPT),
        judged("a.slow", Verdict.KEPT, seconds=6.5), judged("a.noise", Verdict.KEPT, seconds=4.9),
        judged("a.new", Verdict.BROKEN),
    ])  # fmt: skip
    jsonfile.write(before, tmp_path / "report.json", exit_code=ExitCode.CLEAN)
    found = compared(now, read_baseline(tmp_path / "report.json"))
    assert (found.broken, found.mended) == (("a.broken",), ("a.mended",))
    assert found.slower == (("a.slow", 3.0, 6.5),)


@pytest.mark.parametrize("content", [None, "[]", "{", '{"clauses": [1]}'])
def test_a_baseline_that_is_none_is_refused(content: str | None, tmp_path: Path) -> None:
    """In one line, before any report is written."""
    file = tmp_path / "report.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match=r"report\.json: (cannot be read|is not a report)"):
        read_baseline(file)


def test_what_broke_several_clauses_is_told_once_with_all_of_them(tmp_path: Path) -> None:
    """Above their proof; what is too long for a screen is folded behind its beginning."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write(RunBegan(version="1"))
    for name, why in (("a.one", "no Allow"), ("b.two", "no Allow"), ("b.three", "lost")):
        journal.write(judged(name, Verdict.BROKEN, summary=why, evidence=("x" * 5000,)))
    journal.write(RunEnded(interrupted=False))
    journal.close()
    text = page_of(tmp_path / "journal.jsonl")
    assert "3 clauses broken, by 2 causes" in text
    assert '<li>no Allow (<a href="#a.one">a.one</a>, <a href="#b.two">b.two</a>)</li>' in text
    assert f"{'x' * 120}… (4001 characters)" in text
