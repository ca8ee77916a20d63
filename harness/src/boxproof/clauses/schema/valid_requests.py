"""The valid request, sent as other clients send it."""

from boxproof.clauses.registry import clause
from boxproof.clauses.schema.odd_inputs import BUSY, raise_findings
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.client_inputs.row import Meaning
from boxproof.probes.work import Work
from boxproof.scenarios.answered_inputs import AnsweredInputs, Outcome

#: A body may be refused that does not say its length, and one that is announced (RFC 9110,
#: 15.5.12 and 10.1.1).
LENGTH_REQUIRED, EXPECTATION_FAILED = 411, 417


@clause(
    "schema.valid-however-sent",
    Level.MUST,
    "A valid request MUST be done, too, where its body comes in chunks or waits for 100 Continue, "
    "and where its JSON or media type is written otherwise.",
    promised=lambda config: bool(config.work.body_encoding),
    effect=Effect.WRITES,
)
def valid_however_sent(answered_inputs: AnsweredInputs, work: Work, config: Config) -> None:
    """RFC 9112, sections 6 and 7.1; RFC 9110, sections 8.3.1 and 10.1.1."""
    found = [each for each in answered_inputs if _is_refused(each, config)]
    if not found:
        return
    again = work.send(**work.valid.light)
    if not work.valid.is_success(again.status):
        raise NotJudged(f"a valid request returned {again.status}", Cause.RESTS_ON)
    raise_findings([(_told(each), each) for each in found])


def _is_refused(outcome: Outcome, config: Config) -> bool:
    if outcome.row.meaning is not Meaning.VALID or config.work.is_success(outcome.status):
        return False
    return outcome.status not in (*BUSY, LENGTH_REQUIRED, EXPECTATION_FAILED)


def _told(outcome: Outcome) -> str:
    if outcome.status is None:
        return f"got no answer: {outcome.error}"
    return f"returned {outcome.status}, where the same request is done otherwise"
