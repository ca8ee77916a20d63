"""What a waiver covers, and what is left of a verdict."""

import datetime
from dataclasses import dataclass, replace

import pytest

from boxproof.core.findings import NAMED, SHOWN, Finding, told
from boxproof.core.verdicts import Verdict
from boxproof.core.waivers import Settled, settle

TODAY = datetime.date(2027, 1, 10)
LATER = datetime.date(2027, 1, 31)
BEFORE = datetime.date(2027, 1, 9)
POST = Finding(summary="POST /say: Odd", evidence=("curl post",), operation="POST /say")
GET = Finding(summary="GET /say: Odd", evidence=("curl get",), operation="GET /say")
OTHER = Finding(summary="GET /records: Odd", evidence=("curl r",), operation="GET /records")
PAUSED = Finding(summary="1 lost", fault="pause")
ALIKE = Finding(summary="GET /a: Odd: 404", operation="GET /a", head="Odd: 404")
TOLD = replace(ALIKE, detail="'no such key'", summary="GET /a: Odd: 404, 'no such key'")


@dataclass(frozen=True)
class Written:
    """A waiver as it was written."""

    clause: str = "schema.a"
    reason: str = "our framework's habit"
    until: datetime.date = LATER
    operation: str = ""
    path: str = ""
    fault: str = ""
    head: str = ""
    ticket: str = ""


def settled(*waivers: Written, verdict: str = "broken", found: tuple[Finding, ...] = ()) -> Settled:
    summary, evidence = told(found) if found else ("answered 500", ("curl x",))
    return settle(
        "schema.a",
        Verdict(verdict),
        summary,
        evidence,
        findings=found,
        waivers=waivers,
        today=TODAY,
    )


def test_a_broken_clause_under_a_waiver_is_waived_and_says_so() -> None:
    """With its reason, its last day and the days that are left; what was found stays told."""
    made = settled(Written(ticket="OPS-7"))
    assert (made.verdict, made.summary) == (Verdict.WAIVED, "answered 500")
    (waived,) = made.waived
    assert waived.told == "until 2027-01-31 (21 days left): our framework's habit [OPS-7]"


@pytest.mark.parametrize(("until", "verdict"), [(TODAY, Verdict.WAIVED), (BEFORE, Verdict.BROKEN)])
def test_a_waiver_holds_on_its_last_day_and_not_after(
    until: datetime.date, verdict: Verdict
) -> None:
    """The day after, the clause is broken again."""
    assert settled(Written(until=until)).verdict is verdict


def test_an_expired_waiver_is_told_with_its_day() -> None:
    """Nobody has to guess why the run is red since this morning."""
    made = settled(Written(until=BEFORE))
    assert made.summary == "answered 500; its waiver expired on 2027-01-09"
    assert made.waived[0].told == "expired on 2027-01-09: our framework's habit"


@pytest.mark.parametrize("verdict", ["kept", "unknown"])
def test_what_is_kept_or_unknown_is_never_waived(verdict: str) -> None:
    """Unknown means that the harness or the machine failed: no team can accept that."""
    made = settled(Written(), verdict=verdict)
    assert (made.verdict, made.waived) == (Verdict(verdict), ())


def test_not_judged_is_waived_by_a_waiver_of_the_whole_clause_alone() -> None:
    """A waiver for one operation says nothing of a clause that was not judged at all."""
    assert settled(Written(), verdict="not judged").verdict is Verdict.WAIVED
    narrow = settled(Written(operation="POST /say"), verdict="not judged")
    assert (narrow.verdict, narrow.waived) == (Verdict.NOT_JUDGED, ())
    expired = settled(Written(until=BEFORE), verdict="not judged")
    assert expired.verdict is Verdict.NOT_JUDGED
    assert expired.summary.endswith("; its waiver expired on 2027-01-09")
    assert [each.told for each in expired.waived] == [
        "expired on 2027-01-09: our framework's habit"
    ]


def test_a_waiver_of_another_clause_covers_nothing() -> None:
    """However alike the findings are."""
    assert settled(Written(clause="schema.b")).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("waiver", "covered"),
    [
        (Written(operation="POST /say"), {POST}),
        (Written(path="/say"), {POST, GET}),
        (Written(path="/say", operation="GET /say"), {GET}),
        (Written(fault="pause"), {PAUSED}),
        (Written(head="Odd: 404"), {ALIKE, TOLD}),
        (Written(head="Odd: 404, 'no such key'"), {TOLD}),
        (Written(head="Odd: 404", operation="GET /b"), set()),
        (Written(), {POST, GET, OTHER, PAUSED, ALIKE, TOLD}),
    ],
)
def test_a_scope_covers_what_it_names_and_nothing_else(
    waiver: Written, covered: set[Finding]
) -> None:
    """Each finding is looked at by itself."""
    for each in (POST, GET, OTHER, PAUSED, ALIKE, TOLD):
        made = settled(waiver, found=(each,))
        assert (made.verdict is Verdict.WAIVED) == (each in covered), each


def test_what_no_waiver_covers_breaks_the_clause_with_its_own_proof() -> None:
    """A new break beside a waived one is red, and its evidence is in front."""
    made = settled(Written(operation="POST /say"), found=(POST, OTHER))
    assert made.verdict is Verdict.BROKEN
    assert made.summary == "GET /records: Odd; 1 more waived"
    assert made.evidence == ("curl r",)
    assert [each.scope for each in made.waived] == ["operation POST /say"]


def test_another_cause_at_the_same_operation_breaks_the_clause() -> None:
    """What was accepted is the cause, wherever it shows; the head of the other is in front."""
    crash = replace(ALIKE, head="Odd: 500", summary="GET /a: Odd: 500", evidence=("curl a",))
    again = replace(crash, operation="GET /b")
    made = settled(Written(head="Odd: 404"), found=(ALIKE, crash, again))
    assert made.verdict is Verdict.BROKEN
    assert made.summary == "Odd: 500 (2 operations); 1 more waived"
    assert made.evidence == ("Odd: 500 (2 operations): GET /a, GET /b", "curl a")
    assert [each.scope for each in made.waived] == ["head Odd: 404"]


def test_several_waivers_cover_a_clause_together() -> None:
    """One for each operation, as boxproof waive writes them."""
    waivers = (Written(operation="POST /say"), Written(operation="GET /records"))
    made = settled(*waivers, found=(POST, OTHER))
    assert made.verdict is Verdict.WAIVED
    assert [each.scope for each in made.waived] == ["operation POST /say", "operation GET /records"]


def test_the_first_findings_are_shown_and_the_others_counted() -> None:
    """All of them stand in the journal."""
    many = [Finding(summary=f"GET /{n}: Odd", evidence=(f"curl {n}",)) for n in range(SHOWN + 3)]
    summary, evidence = told(many)
    assert summary == f"GET /0: Odd, and {SHOWN + 2} more"
    assert evidence[-1] == "… and 3 more, which stand in the journal"
    assert len(evidence) == SHOWN + 1


def test_of_many_operations_the_first_are_named() -> None:
    """A document of a thousand operations fills no screen."""
    alike = [replace(ALIKE, operation=f"GET /{number}") for number in range(NAMED + 5)]
    (line,) = told(alike)[1]
    assert line.endswith(", and 5 more")
    assert line.count("GET /") == NAMED
