"""Who is told of when the shared deployment has ended, or answers nothing, or does no work."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import cast

import pytest
from apps.schema.fuzzed import CONFIG

from boxproof.clauses.registry import Clause, every
from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Verdict
from boxproof.pytest_plugin.revival import LATEST, SHARED, note_judged, revive
from boxproof.session import Session

READS = next(each for each in every() if each.effect is Effect.READS)
DISTURBS = next(each for each in every() if each.effect is Effect.DISTURBS)
#: A scenario in the background.
BACKGROUND = "power_lost"
NOTES = Records(read=Read(path="/notes/{id}"), create=ValidRequest("/notes", body={}))
DESCRIBED = replace(CONFIG, records={"notes": NOTES})
OF_RECORDS = next(
    each
    for each in every()
    if each.promised(DESCRIBED) and not each.promised(replace(CONFIG, records={}))
)


@dataclass
class Deployment:
    """A shared deployment whose work fails until it is started again so many times."""

    heals_after: int = 99
    makes_records: bool = True
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
        works = not self.makes_records or self.starts >= self.heals_after
        return "" if works else "POST /say returned 503"

    def failure_of_records(self, kind: str) -> str:
        works = kind != "notes" or self.makes_records or self.starts >= self.heals_after
        return "" if works else "POST /notes returned 500"


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

    def begin(self, name: str, *fixtures: str, clause: Clause = READS) -> None:
        target = SimpleNamespace(offers=lambda _: True, name="toy")
        session = SimpleNamespace(
            shared_deployment=self.deployment,
            target=target,
            say=self.said.append,
            config=DESCRIBED,
        )
        revive(self.item(name, *fixtures), clause, cast("Session", session))

    def judge(self, name: str, verdict: Verdict, clause: Clause = READS) -> None:
        self.begin(name, clause=clause)
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
    assert ran.said == [
        f"POST /say returned 503 again and again after {DISTURBS.id}; the service was started again"
    ]


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


def test_records_that_cannot_be_made_any_more_are_told_once() -> None:
    """What is about them is not judged because of it; the rest goes on."""
    ran = Ran(Deployment(makes_records=False))
    ran.judge("broken", Verdict.BROKEN, OF_RECORDS)
    for fixtures in ((SHARED,), (BACKGROUND,), (SHARED,)):
        with pytest.raises(NotJudged) as caught:
            ran.begin("after", *fixtures, clause=OF_RECORDS)
        assert caught.value.cause is Cause.RESTS_ON
        why = f"POST /notes returned 500 again and again since {OF_RECORDS.id}"
        assert caught.value.reason == why
        ran.begin("of something else", *fixtures, clause=READS)
    assert len(ran.said) == 1


def test_a_clause_about_something_else_does_not_stand_for_those_about_records() -> None:
    """Else none of these would be red."""
    ran = Ran(Deployment(makes_records=False))
    ran.judge("broken", Verdict.BROKEN, READS)
    ran.begin("after", clause=OF_RECORDS)
    assert not ran.said


def test_one_kind_of_records_does_not_stand_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clause is judged where it is about a kind that can be made."""
    ran = Ran(Deployment(makes_records=False))
    ran.judge("broken", Verdict.BROKEN, OF_RECORDS)
    with pytest.raises(NotJudged):
        ran.begin("after", clause=OF_RECORDS)
    monkeypatch.setitem(DESCRIBED.records, "others", NOTES)
    ran.begin("after", clause=OF_RECORDS)
