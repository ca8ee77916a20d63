"""How the failures of a fuzz run become verdicts; no check goes unheard."""

from dataclasses import dataclass, replace

import pytest
from schemathesis.checks import CHECKS as INSTALLED
from schemathesis.checks import load_all_checks

from boxproof.clauses.registry import Clause, every
from boxproof.clauses.schema.verdicts_of_checks import CHECKS
from boxproof.core.breaches import Breach, NotJudged
from boxproof.probes.fuzzing import (
    CREATED_FOUND,
    INTERNALS,
    NO_ANSWER,
    STRICT_JSON,
    UNUSABLE,
    Failure,
    FuzzRun,
    Phase,
    Received,
    Sent,
)

OWN = (NO_ANSWER, UNUSABLE, CREATED_FOUND, INTERNALS, STRICT_JSON)
CLAUSES = {each.id: each for each in every() if each.id in CHECKS}
WHOLE = FuzzRun(
    seed=1,
    seconds=1.0,
    phases=tuple(
        Phase(name, {"GET /": 3}, 1.0) for name in ("examples", "coverage", "fuzzing", "stateful")
    ),
)


@dataclass
class Fuzzed:
    """A run that is over."""

    run: FuzzRun

    def results(self) -> FuzzRun:
        return self.run


def verdict(clause: Clause, run: FuzzRun) -> str:
    try:
        clause.judge(Fuzzed(run))
    except Breach:
        return "broken"
    except NotJudged:
        return "not judged"
    except RuntimeError:
        return "unknown"
    return "kept"


def installed_checks() -> list[str]:
    load_all_checks()
    return sorted(INSTALLED.get_all_names())


def failed(check: str, operation: str = "GET /") -> Failure:
    return Failure(check, operation, "fuzzing", "Odd", requests=(Sent("GET", "http://h/"),))


@pytest.mark.parametrize("check", [*installed_checks(), *OWN])
def test_every_check_of_the_tool_belongs_to_exactly_one_clause(check: str) -> None:
    """A check that no clause answered for would be a blind spot."""
    run = replace(WHOLE, failures=(failed(check),))
    broken = [each.id for each in CLAUSES.values() if verdict(each, run) == "broken"]
    assert len(broken) == 1
    assert check in CHECKS[broken[0]]


def test_every_clause_answers_for_a_check_that_there_is() -> None:
    """A renamed check would leave its clause deaf."""
    known = {*installed_checks(), *OWN}
    assert set(CHECKS) == set(CLAUSES)
    assert {check for checks in CHECKS.values() for check in checks} <= known


def test_run_without_failures_keeps_every_clause() -> None:
    """Requests were sent in each phase and nothing failed."""
    assert {verdict(each, WHOLE) for each in CLAUSES.values()} == {"kept"}


def test_check_that_nobody_knows_is_no_pass() -> None:
    """A newer tool may have a check that no clause names; no clause is kept then."""
    run = replace(WHOLE, failures=(failed("check_of_tomorrow"),))
    assert {verdict(each, run) for each in CLAUSES.values()} == {"unknown"}


def test_error_of_the_tool_is_no_pass_but_hides_no_failure() -> None:
    """What was seen to fail stays broken; of all else nothing is known."""
    run = replace(WHOLE, failures=(failed("not_a_server_error"),), errors=("GET /: KeyError",))
    verdicts = {each.id: verdict(each, run) for each in CLAUSES.values()}
    assert verdicts.pop("schema.no-server-error") == "broken"
    assert set(verdicts.values()) == {"unknown"}


def test_unusable_document_breaks_its_own_clause_alone() -> None:
    """The others were not judged, for the reason that is given."""
    run = FuzzRun(1, 1.0, document_problem="it describes no operation")
    verdicts = {each.id: verdict(each, run) for each in CLAUSES.values()}
    assert verdicts.pop("schema.document-usable") == "broken"
    assert set(verdicts.values()) == {"not judged"}


@pytest.mark.parametrize(
    ("phase", "clause_id"), [("stateful", "records.available"), ("coverage", "schema.methods")]
)
def test_clause_is_not_judged_where_its_phase_sent_nothing(phase: str, clause_id: str) -> None:
    """Silence of a phase that sent no request is no pass."""
    phases = tuple(
        replace(each, cases={}, skipped="not applicable") if each.name == phase else each
        for each in WHOLE.phases
    )
    verdicts = {each.id: verdict(each, replace(WHOLE, phases=phases)) for each in CLAUSES.values()}
    assert verdicts.pop(clause_id) == "not judged"
    assert set(verdicts.values()) == {"kept"}


def test_nothing_is_judged_where_nothing_was_sent() -> None:
    """A run without a single request keeps no clause."""
    run = replace(WHOLE, phases=tuple(replace(each, cases={}) for each in WHOLE.phases))
    assert {verdict(each, run) for each in CLAUSES.values()} == {"not judged"}


def test_a_cause_is_told_once_with_its_operations_and_its_smallest_request() -> None:
    """Hundreds of operations that do the same are one thing to mend."""
    alike = [
        Failure(
            "status_code_conformance",
            f"GET /{number}",
            "fuzzing",
            "Odd",
            requests=(Sent("GET", f"http://h/{'x' * (9 - number)}"),),
            answer=Received(404, {}, b'{"detail":"x"}', "application/json {detail}"),
            common="404",
            detail="application/json {detail}",
        )
        for number in range(4)
    ]
    page = replace(
        alike[0],
        answer=Received(404, {}, b"<p>", "text/html"),
        detail="text/html",
        operation="GET /page",
    )
    judged = Fuzzed(replace(WHOLE, failures=(*alike, page)))
    with pytest.raises(Breach) as caught:
        CLAUSES["schema.documented-status"].judge(judged)
    breach = caught.value
    assert breach.summary == "Odd: 404 (2 causes, 5 operations)"
    assert breach.evidence[:2] == (
        "Odd: 404 (2 causes, 5 operations):",
        "Odd: 404, application/json {detail} (4 operations): GET /0, GET /1, GET /2, GET /3",
    )
    assert "responses={404: ...}" in breach.evidence[2]
    assert [line for line in breach.evidence if line.startswith("curl")] == [
        alike[-1].requests[0].curl(),
        page.requests[0].curl(),
    ]
    assert len(breach.findings) == 5
    assert len({each.cause for each in breach.findings}) == 2
