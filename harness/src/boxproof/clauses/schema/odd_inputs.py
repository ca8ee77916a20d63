"""What is answered to what a client may send: a table of inputs, one after another."""

import re
from collections.abc import Iterable

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.core.breaches import Breach, require
from boxproof.core.effects import Effect
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Level
from boxproof.probes import internals, strict_json
from boxproof.probes.client_inputs.row import Meaning
from boxproof.scenarios.answered_inputs import SERVER_ERROR, AnsweredInputs, Outcome

#: Server errors that say what a server does not know (RFC 9110, 15.6.2 and 15.6.6).
NOT_KNOWN = (501, 505)
#: What a service may say that does not get to it, or not in time.
BUSY = (429, 503, 504)
#: Exchanges that are shown of inputs of which the same is said.
SHOWN = 3
#: What stands in every Unix machine's file of users, which paths that go up lead to.
USERS = re.compile(rb"^root:[^:\s]*:0:0:", re.MULTILINE)


def raise_findings(found: Iterable[tuple[str, Outcome]]) -> None:
    """Break the clause where something was found; inputs of which the same is said are one finding.

    Raises:
        Breach: it was.
    """
    alike: dict[str, list[Outcome]] = {}
    for what, outcome in found:
        alike.setdefault(what, []).append(outcome)
    findings = [
        Finding(
            summary=_summary(what, outcomes),
            evidence=tuple(line for each in outcomes[:SHOWN] for line in each.evidence),
            head=f"Inputs: {what}",
        )
        for what, outcomes in alike.items()
    ]
    if findings:
        summary = findings[0].summary
        more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
        evidence = [line for each in findings for line in each.evidence]
        raise Breach(f"{summary}{more}", evidence, findings=findings)


def _summary(what: str, outcomes: list[Outcome]) -> str:
    first, *others = (each.row.name for each in outcomes)
    if not others:
        return f"{first} {what}"
    return f"{len(outcomes)} inputs {what} ({'; '.join([first, *others])})"


@clause(
    "schema.inputs-answered",
    Level.MUST,
    "Whatever a client sends, the service MUST answer it with no server error, and go on.",
    effect=Effect.WRITES,
    follows=("schema.no-server-error",),
)
def inputs_answered(answered_inputs: AnsweredInputs) -> None:
    raise_findings([(_fault(each), each) for each in answered_inputs if _fault(each)])
    if answered_inputs.lost:
        last = answered_inputs.outcomes[-1]
        evidence = (*last.evidence, *answered_inputs.lost)
        require(False, f"the service did not get over {last.row.name}", evidence)


def _fault(outcome: Outcome) -> str:
    row, status = outcome.row, outcome.status
    if row.meaning is Meaning.VALID:
        # `schema.valid-however-sent` tells what became of these.
        return ""
    if status is None:
        excused = row.may_hang_up
        if outcome.timed_out:
            # Who sent a whole request may expect an answer; of others the rest may be waited for.
            excused = row.may_take_long or row.raw is not None
        return "" if excused else f"got no answer: {outcome.error}"
    excused = row.may_take_long and status in BUSY
    if status < SERVER_ERROR or status in NOT_KNOWN or excused:
        return ""
    return f"returned {status}"


@clause(
    "schema.inputs-show-nothing",
    Level.MUST,
    "Whatever a client sends, an error MUST NOT show it what only the inside knows, nor any answer "
    "a file of the machine's.",
    effect=Effect.WRITES,
    follows=("schema.internals-hidden",),
)
def inputs_show_nothing(answered_inputs: AnsweredInputs) -> None:
    """CWE-209 and CWE-22 (https://cwe.mitre.org/data/definitions/22.html)."""
    raise_findings([(_shown(each), each) for each in answered_inputs if _shown(each)])


def _shown(outcome: Outcome) -> str:
    if outcome.received is None:
        return ""
    if USERS.search(outcome.received.body):
        return "was answered with the machine's file of users"
    if outcome.received.status < 400:
        return ""
    kind = internals.shown(outcome.received.body, outcome.asked)
    return f"was answered with {kind}" if kind else ""


@clause(
    "schema.input-errors-documented",
    Level.MUST,
    "The error that a body gets MUST have the documented shape, whatever is wrong with that body, "
    "and every answer in JSON MUST be JSON without NaN or Infinity (RFC 8259, section 6).",
    effect=Effect.WRITES,
    follows=("schema.documented-body", "schema.documented-headers", "schema.strict-json"),
)
def input_errors_documented(answered_inputs: AnsweredInputs, shapes: Shapes) -> None:
    found = []
    for each in answered_inputs:
        if each.received is None or each.received.cut:
            continue
        headers, body = each.received.headers, each.received.body
        loose = strict_json.problem_of(headers.get("Content-Type", ""), body)
        if loose:
            found.append((f"was answered with invalid JSON: {loose}", each))
        elif each.row.in_body and 400 <= each.received.status < SERVER_ERROR:
            mismatch = shapes.mismatch(each.answer)
            if mismatch:
                found.append((f"got a {each.status} of another shape: {mismatch}", each))
    raise_findings(found)


@clause(
    "schema.broken-json-refused",
    Level.MUST,
    "A body that is not JSON MUST be refused with a 4xx answer where JSON is expected.",
    promised=lambda config: config.work.body_encoding == "json",
    effect=Effect.WRITES,
    follows=("schema.invalid-rejected",),
)
def broken_json_refused(answered_inputs: AnsweredInputs) -> None:
    raise_findings(
        [
            (f"returned {each.status}", each)
            for each in answered_inputs
            # Of a server error another clause tells.
            if each.row.meaning is Meaning.NOT_JSON and (each.status or 400) < 400
        ]
    )
