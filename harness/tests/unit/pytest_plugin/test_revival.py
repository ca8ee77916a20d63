"""Who is told of when the shared deployment has ended, or answers nothing, or does no work."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from boxproof.clauses.registry import Clause, every
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Verdict
from boxproof.pytest_plugin.revival import LATEST, SHARED, note_judged, revive
from boxproof.session import Session

READS = next(each for each in every() if each.effect is Effect.READS)
DISTURBS = next(each for each in every() if each.effect is Effect.DISTURBS)
#: A scenario in the background.
BACKGROUND = "power_lost"


@dataclass
class Deployment:
    """A shared deployment whose work fails until it is started again so many times."""

    heals_after: int = 99
    silent: bool = False
    starts: int = 0
    looks: int = 0

    def revive(self, _: float) -> bool:
        return False

    def is_answered(self) -> bool:
        return not self.silent

    def restart(self) -> None:
        self.starts += 1

    def failure_of_work(self) -> str:
        self.looks += 1
        return "" if self.starts >= self.heals_after else "POST /say returned 503"


@dataclass
class Ran:
    """A run whose clauses are judged one after the other."""

    deployment: Deployment = field(default_factory=Deployment)
    said: list[str] = field(default_factory=list)
    stash: pytest.Stash = field(default_factory=pytest.Stash)

    def item(self, name: str, *fixtures: str) -> pytest.Function:
        made = SimpleNamespace(fixturenames=fixtures or (SHARED,), nodeid=name)
        made.session = SimpleNamespace(stash=self.stash)
        return cast("pytest.Function", made)

    def begin(self, name: str, *fixtures: str) -> None:
        target = SimpleNamespace(offers=lambda _: True, name="toy")
        session = SimpleNamespace(
            shared_deployment=self.deployment, target=target, say=self.said.append
        )
        revive(self.item(name, *fixtures), cast("Session", session))

    def judge(self, name: str, verdict: Verdict, clause: Clause = READS) -> None:
        self.begin(name)
        note_judged(self.item(name), clause, verdict)


def test_a_clause_that_never_had_it_is_not_blamed() -> None:
    """One that the target cannot judge has done nothing to it."""
    ran = Ran()
    ran.judge("hangs", Verdict.BROKEN)
    note_judged(ran.item("lacks"), DISTURBS, Verdict.NOT_JUDGED)
    assert (ran.stash[LATEST].clause, ran.stash[LATEST].verdict) == (READS, Verdict.BROKEN)


def test_work_that_requests_broke_for_good_is_told_once() -> None:
    """Everything that rests on a deployment is not judged because of it, at once and in one line;
    a new start would only put that off.
    """
    ran = Ran()
    ran.judge("broken", Verdict.BROKEN)
    for fixtures in ((SHARED,), (SHARED,), (BACKGROUND,)):
        with pytest.raises(NotJudged) as caught:
            ran.begin("after", *fixtures)
        assert caught.value.cause is Cause.RESTS_ON
        assert caught.value.reason == f"POST /say returned 503 again and again since {READS.id}"
    ran.begin("needs nothing", "config")
    assert (ran.deployment.looks, ran.deployment.starts, len(ran.said)) == (1, 0, 1)


@pytest.mark.parametrize("verdict", [Verdict.KEPT, Verdict.NOT_JUDGED, Verdict.UNKNOWN])
def test_only_what_is_broken_stands_for_others(verdict: Verdict) -> None:
    """A run that judged nothing any more would else have nothing that is red."""
    ran = Ran()
    ran.judge("said", verdict)
    ran.begin("after")
    assert ran.deployment.looks == 0
    ran.deployment.silent = True
    ran.begin("after")


def test_what_was_done_to_one_deployment_is_mended_by_a_new_start() -> None:
    """A fault that it never gets over says nothing of the deployments that had none."""
    ran = Ran(Deployment(heals_after=1))
    ran.judge("kills", Verdict.BROKEN, DISTURBS)
    ran.begin("after")
    ran.begin("in the background", BACKGROUND)
    assert ran.deployment.starts == 1
    assert "nothing but server errors after" in ran.said[0]


def test_what_no_new_start_mends_is_broken_for_good() -> None:
    """Also where it was done to the deployment."""
    ran = Ran()
    ran.judge("kills", Verdict.BROKEN, DISTURBS)
    with pytest.raises(NotJudged, match="again and again"):
        ran.begin("after")
    assert ran.deployment.starts == 1


def test_what_answers_nothing_after_a_new_start_either_is_told_once() -> None:
    """No clause after that waits for an answer until its time limit."""
    ran = Ran(Deployment(silent=True))
    ran.judge("hangs", Verdict.BROKEN)
    for _ in range(2):
        with pytest.raises(NotJudged, match=r"answers nothing since .*, nor after a new start"):
            ran.begin("after")
    assert ran.deployment.starts == 1
