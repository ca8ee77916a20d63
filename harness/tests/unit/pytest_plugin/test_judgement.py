"""Which verdict stands for what a judge raised."""

import pytest

from boxproof.core.breaches import Breach, NoAnswer, NotJudged
from boxproof.core.errors import BootFailed, EngineError
from boxproof.core.verdicts import Cause, Verdict
from boxproof.drivers.schemathesis import FuzzFailed
from boxproof.probes.messages import NotJson
from boxproof.pytest_plugin.judgement import judgement_of


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (None, Verdict.KEPT),
        (Breach("lost"), Verdict.BROKEN),
        (NoAnswer("reset"), Verdict.BROKEN),
        (NotJson("carried a body that is not JSON"), Verdict.BROKEN),
        (BootFailed("ended with 3"), Verdict.BROKEN),
        (EngineError("docker wait: no answer within 30 s"), Verdict.UNKNOWN),
        (FuzzFailed("the fuzzing process ended without a result"), Verdict.UNKNOWN),
        (KeyError("id"), Verdict.UNKNOWN),
        (OSError("no space"), Verdict.UNKNOWN),
        (NotJudged("no processes"), Verdict.NOT_JUDGED),
    ],
)
def test_only_the_service_breaks_a_clause(error: Exception | None, verdict: Verdict) -> None:
    """What the engine, the fuzzing tool or the harness failed at accuses no service."""
    assert judgement_of(error).verdict is verdict


@pytest.mark.parametrize("error", [EngineError("a\nb"), RuntimeError("a\nb"), FuzzFailed("a\nb")])
def test_an_unknown_verdict_has_its_cause_in_one_line(error: Exception) -> None:
    """However many lines an engine wrote; the traceback of a clause is its evidence."""
    assert "a b" in judgement_of(error).summary


@pytest.mark.parametrize("cause", list(Cause))
def test_what_was_not_judged_has_its_cause(cause: Cause) -> None:
    """The cause goes from where it was raised to the verdict; without one it is an ability."""
    assert judgement_of(NotJudged("so", cause)).cause is cause
    assert judgement_of(NotJudged("so")).cause is Cause.NO_ABILITY
