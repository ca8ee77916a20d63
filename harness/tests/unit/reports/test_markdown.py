"""summary.md, and what GitHub Actions shows of a run."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from unit.reports.build import ACCEPTED, BOOT_FAILED, END, RUN, at, verdict

from boxproof.core.errors import ExitCode
from boxproof.journal.entries import FactsLearned, FirstBootFailed, HarnessFailed, RunBegan
from boxproof.reports import github, markdown
from boxproof.reports.model import Report

GITHUB = {"GITHUB_ACTIONS": "true"}


def page(report: Report) -> str:
    return "".join(markdown.parts(report, ExitCode.BROKEN))


def test_the_whole_page_of_a_run(snapshot: SnapshotAssertion) -> None:
    """Verdict and counts first, then what is broken, waived, unused and not judged."""
    assert page(Report.of(ACCEPTED)) == snapshot


def test_a_failed_boot_is_the_first_thing_told() -> None:
    """With the service's own words."""
    assert "### The first boot failed\n\napi ended with 3" in page(
        Report.of([RUN, BOOT_FAILED, END])
    )


def test_the_end_of_a_long_log_is_shown() -> None:
    """What went wrong with a boot stands in its last lines."""
    log = "loading\n" * markdown.EVIDENCE_CHARACTERS + "no model"
    made = page(Report.of([RUN, at(2.0, FirstBootFailed(summary="ended", log=log)), END]))
    assert "no model\n```" in made
    assert len(made) < 2 * markdown.EVIDENCE_CHARACTERS


def test_what_a_service_answered_is_never_markup() -> None:
    """No tag closes the page's own, no fence ends early, no link is made."""
    evil = "</details> ```` <b>x</b> | [a](b) *x*"
    entries = [
        RUN,
        verdict("smoke.b", "broken", summary=evil, evidence=(evil,)),
        verdict("smoke.c", "not judged", summary=evil),
        END,
    ]
    before, fenced, after = page(Report.of(entries)).split("`````")
    assert evil in fenced
    assert "</details>" not in before
    assert "<b>" not in before
    listed = after.partition("### Not judged")[2]
    assert r"\[a\](b) \*x\*" in listed
    assert "<b>" not in listed


@pytest.mark.parametrize("limit", [300, 2000, 20_000])
def test_the_page_is_bounded_in_bytes_and_says_what_is_missing(limit: int) -> None:
    """GitHub drops a longer one whole."""
    many = [verdict(f"smoke.b{n}", "broken", summary="é" * 50) for n in range(500)]
    made = markdown.bounded(markdown.parts(Report.of([RUN, *many, END]), ExitCode.BROKEN), limit)
    assert len(made) <= limit
    assert made.decode().endswith(markdown.CUT)


def test_one_clause_cannot_take_the_page(tmp_path: Path) -> None:
    """Its evidence is cut; all of it stands in report.json."""
    long = verdict("smoke.b", "broken", evidence=("x" * 3_000_000,))
    path = tmp_path / "summary.md"
    markdown.write(Report.of([RUN, long, END]), path, code=ExitCode.BROKEN)
    assert path.stat().st_size < 2 * markdown.EVIDENCE_CHARACTERS


def test_the_summary_is_added_to_what_the_step_wrote_before(tmp_path: Path) -> None:
    """And both together keep the limit."""
    step = tmp_path / "step"
    step.write_bytes(b"x" * (markdown.LIMIT_BYTES - 800))
    many = [verdict(f"smoke.b{n}", "broken") for n in range(50)]
    environment = {"GITHUB_STEP_SUMMARY": str(step)}
    github.append_summary(Report.of([RUN, *many, END]), environment, code=ExitCode.BROKEN)
    assert markdown.LIMIT_BYTES - 800 < step.stat().st_size <= markdown.LIMIT_BYTES
    assert "boxproof: broken" in step.read_text()


@pytest.mark.parametrize("environment", [{}, {"GITHUB_STEP_SUMMARY": "/nowhere/at/all"}])
def test_without_a_file_nothing_is_added_and_nothing_fails(environment: dict[str, str]) -> None:
    """summary.md has the page."""
    github.append_summary(Report.of([RUN, END]), environment, code=ExitCode.CLEAN)


def test_what_is_red_has_an_error_line_under_github_actions() -> None:
    """One line each, escaped; what is waived or told only has none; elsewhere none at all."""
    report = Report.of([*ACCEPTED[:-1], verdict("smoke.x", "unknown", summary="50 %\n::x"), END])
    assert list(github.errors(report, GITHUB)) == [
        "::error title=broken%3A schema.d (MUST)::GET /say: Odd; 1 more waived",
        "::error title=unknown%3A smoke.x (MUST)::50 %25%0A::x",
    ]
    assert list(github.errors(report, {})) == []


def test_what_is_red_beside_the_clauses_has_an_error_line_too() -> None:
    """A boot that failed, a harness that did, and with --strict-waivers a waiver of no use."""
    strict = at(0.0, RunBegan(version="0.1.0", strict_waivers=True))
    failed = at(2.0, HarnessFailed(what="clean-up failed"))
    unused = ACCEPTED[2]
    assert list(github.errors(Report.of([strict, unused, BOOT_FAILED, failed, END]), GITHUB)) == [
        "::error title=the first boot failed::api ended with 3",
        "::error title=the run went wrong::clean-up failed",
        "::error title=a waiver covers nothing::schema.z (operation POST /say) is not a clause",
    ]
    assert list(github.errors(Report.of([RUN, unused, END]), GITHUB)) == []


def test_operations_that_no_request_succeeded_with_are_named() -> None:
    """Nobody is blamed for them, and somebody has to look."""
    named = [f"GET /{number}" for number in range(25)]
    facts = at(1.0, FactsLearned(values={"operations_never_done": named[:2]}))
    told = "No request of the fuzzing succeeded with GET /0, GET /1\n"
    assert told in page(Report.of([RUN, facts, END]))
    report = Report.of([RUN, at(1.0, FactsLearned(values={"operations_never_done": named})), END])
    assert report.undone.endswith("GET /19 and 5 more")
    assert not Report.of([RUN, END]).undone
