"""Which clause answers for which check, and how the failures of a run become a breach."""

from collections.abc import Collection, Mapping

from boxproof.clauses.schema.habits import habit_of
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.findings import Finding, told
from boxproof.core.verdicts import Cause
from boxproof.probes.fuzzing import (
    CREATED_FOUND,
    INTERNALS,
    NO_ANSWER,
    REFUSALS,
    STRICT_JSON,
    UNUSABLE,
    Failure,
    Fuzzer,
    FuzzRun,
)

DOCUMENT_USABLE = "schema.document-usable"
NO_SERVER_ERROR = "schema.no-server-error"
DOCUMENTED_STATUS = "schema.documented-status"
DOCUMENTED_HEADERS = "schema.documented-headers"
DOCUMENTED_BODY = "schema.documented-body"
INTERNALS_HIDDEN = "schema.internals-hidden"
JSON_STRICT = "schema.strict-json"
VALID_ACCEPTED = "schema.valid-accepted"
INVALID_REJECTED = "schema.invalid-rejected"
METHODS = "schema.methods"
RESOURCES = "records.available"

#: Every check belongs to exactly one clause.
CHECKS: Mapping[str, Collection[str]] = {
    DOCUMENT_USABLE: (UNUSABLE,),
    NO_SERVER_ERROR: ("not_a_server_error", NO_ANSWER),
    DOCUMENTED_STATUS: ("status_code_conformance",),
    DOCUMENTED_HEADERS: ("content_type_conformance", "response_headers_conformance"),
    DOCUMENTED_BODY: ("response_schema_conformance",),
    INTERNALS_HIDDEN: (INTERNALS,),
    JSON_STRICT: (STRICT_JSON,),
    VALID_ACCEPTED: ("positive_data_acceptance",),
    INVALID_REJECTED: REFUSALS,
    METHODS: ("unsupported_method", "allow_header_conformance"),
    RESOURCES: ("use_after_free", "ensure_resource_availability", CREATED_FOUND),
}

#: The phases without which a clause was not judged: what it asks for is drawn there alone.
PHASES: Mapping[str, tuple[str, ...]] = {
    METHODS: ("coverage",),
    RESOURCES: ("stateful",),
}


def judge(clause_id: str, fuzzer: Fuzzer) -> None:
    """Return when the run saw no failure that belongs to the clause.

    Raises:
        Breach: it saw one.
        NotJudged: no request was sent that could have shown one, or not every one.
        RuntimeError: the tool left something out, so that silence means nothing.
    """
    run = fuzzer.results()
    if run.document_problem:
        raise NotJudged(
            f"the OpenAPI document cannot be used: {run.document_problem}", Cause.RESTS_ON
        )
    failures = run.failures_of(CHECKS[clause_id])
    if failures:
        raise breach(failures)
    if run.outage:
        raise NotJudged(run.outage, Cause.RESTS_ON)
    if run.spent:
        raise NotJudged(run.spent, Cause.BUDGET)
    _require_whole(run)
    _require_cases(clause_id, run)


def breach(failures: tuple[Failure, ...]) -> Breach:
    """What the failures say, each cause with the smallest request that shows it."""
    findings = [_finding(each) for each in sorted(failures, key=lambda one: one.size)]
    return Breach(*told(findings), findings=findings)


def _finding(failure: Failure) -> Finding:
    place = "" if failure.operation in failure.detail else f"{failure.operation}: "
    return Finding(
        summary=f"{place}{', '.join(filter(None, (failure.head, failure.detail)))}",
        evidence=failure.evidence(),
        operation=failure.operation,
        head=failure.head,
        detail=failure.detail,
        habit=habit_of(failure),
    )


def _require_whole(run: FuzzRun) -> None:
    if run.errors:
        raise RuntimeError(f"the fuzzing tool failed: {run.errors[0]}")
    assigned = {check for checks in CHECKS.values() for check in checks}
    strange = sorted({each.check for each in run.failures} - assigned)
    if strange:
        raise RuntimeError(f"no clause answers for the failed check {strange[0]!r}")


def _require_cases(clause_id: str, run: FuzzRun) -> None:
    needed = PHASES.get(clause_id)
    phases = [run.phase(name) for name in needed] if needed else run.phases
    if not any(each.total for each in phases):
        reasons = "; ".join(f"{each.name} phase: {each.skipped or 'no request'}" for each in phases)
        raise NotJudged(f"no request was sent ({reasons or 'no phase began'})", Cause.UNDECIDED)
