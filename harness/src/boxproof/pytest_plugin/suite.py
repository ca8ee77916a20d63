"""The shipped suite: every clause of the contract as a pytest item.

``boxproof run`` collects this module; a team's own pytest run adds it with
``--pyargs boxproof.pytest_plugin.suite``.
"""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from boxproof.clauses import families, registry
from boxproof.clauses.by_kind import judged_by_kind
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, rests_on_time
from boxproof.core.effects import Effect
from boxproof.core.errors import BoxproofError
from boxproof.core.request_quota import SAFE_METHODS_TOLD
from boxproof.core.verdicts import Cause, Verdict
from boxproof.drivers.schemathesis import Fuzzer
from boxproof.pytest_plugin import suite_fixtures
from boxproof.pytest_plugin.late import confirmed_alone, forget_late
from boxproof.pytest_plugin.revival import SHARED, note_judged, revive
from boxproof.pytest_plugin.stash import session_of
from boxproof.scenarios.repeated_work import RepeatedWork
from boxproof.scenarios.scheduler import in_background
from boxproof.targets.abilities import check_offered, check_permitted
from boxproof.targets.base import Target

FILE = Path(__file__)
#: The fixture whose requests are drawn at random: another run may not meet what this one met.
DRAWN = "fuzzer"
#: The fixture that looks for leaks, and says which ones it would have found.
SEARCHED = "repeated_work"


class ClauseItem(pytest.Function):
    """One clause; its judge's parameters are fixtures."""

    clause: registry.Clause
    clause_seconds: float = 0.0
    #: What a verdict that was kept only when judged alone, or only in part, came from.
    note: str = ""
    _judged: bool = False

    def check_judged_here(self, target: Target) -> None:
        """See that the target has what judging it takes, and lets it be done.

        Raises:
            NotJudged: it lacks an ability, or does not let it be done.
        """
        check_offered(target, self.clause.needs)
        if self.clause.reads_in_part and Effect.WRITES not in target.effects:
            self.note = f"judged by {SAFE_METHODS_TOLD} alone"
        else:
            check_permitted(target, self.clause.effect)

    def setup(self) -> None:
        """Make what the judge asks for; where that was too late, all of it is judged alone."""
        try:
            super().setup()
        except Exception as error:
            self._judge_alone(error, made=False)

    def runtest(self) -> None:
        """Judge, and judge again alone what rests on a time; only that second time counts."""
        if self._judged:
            return
        try:
            super().runtest()
        except Exception as error:
            self._judge_alone(error, made=True)
        drawn = self.funcargs.get(DRAWN)
        if isinstance(drawn, Fuzzer):
            self.note = self.note or drawn.results().reach
        searched = self.funcargs.get(SEARCHED)
        if isinstance(searched, RepeatedWork):
            self.note = self.note or searched.reach

    def _judge_alone(self, late: Exception, *, made: bool) -> None:
        """Judge again what rests on a time.

        Args:
            made: whether all that the judge asks for was made, so that it judged by itself.
        """
        if not rests_on_time(late):
            raise late
        self._judged = True
        session = session_of(self.config)
        session.budget.check()
        with session.engine_lock.alone():
            session.say(f"{self.clause.id} was too late: {late}; judging it again, alone")
            try:
                if not (forget_late(self) or made):
                    raise late
                note_judged(self, self.clause, Verdict.NOT_JUDGED)
                revive(self, self.clause, session)
                if self.clause.effect is Effect.DISTURBS and SHARED in self.fixturenames:
                    # What it did the first time must not be added to the second.
                    session.shared_deployment.restart()
                self._initrequest()
                super().setup()
                super().runtest()
            except Exception as again:
                raise confirmed_alone(again, late) from None
        self.note = f"kept when judged alone; beside other work: {late}"


class Suite(pytest.Module):
    """Yields every clause that ``boxproof.toml`` promises.

    In the order of the registry, where those of what is made in the background come late.
    """

    def _getobj(self) -> ModuleType:
        # Imported once already, as the plugin's.
        return sys.modules[__name__]

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Register the fixtures of the suite and collect the clauses."""
        try:
            session = session_of(self.config)
            config = session.config
            suite_fixtures.register(self)
        except BoxproofError as error:
            raise self.CollectError(str(error)) from None
        promised = (
            clause
            for clause in registry.every()
            if families.asked_for(clause.family, session.families)
            and clause.promised(config)
            and (session.full or not clause.full)
        )
        items = {clause.id: self._item(clause, config) for clause in promised}
        waiting = [id for id, item in items.items() if in_background(frozenset(item.fixturenames))]
        yield from (items[each.id] for each in registry.every(waiting) if each.id in items)

    def _item(self, clause: registry.Clause, config: Config) -> ClauseItem:
        if clause.id in config.declined:
            clause = _only_named(clause, config.declined[clause.id], Cause.DECLINED)
        elif clause.since > config.contract:
            clause = _only_named(
                clause,
                f"it came with contract {clause.since}, "
                f"and {config.file} names contract {config.contract}",
                Cause.NEWER_CONTRACT,
            )
        judge = clause.judge
        if clause.of_kind is not None and len(config.records) > 1:
            judge = judged_by_kind(judge, clause.kinds(config))
        item = ClauseItem.from_parent(self, name=clause.id, callobj=judge)
        item.clause = clause
        item.add_marker(clause.family)
        return item


def _only_named(clause: registry.Clause, reason: str, cause: Cause) -> registry.Clause:
    """A clause that is named and not judged: it needs nothing and asks for nothing."""

    def not_judged() -> None:
        raise NotJudged(reason, cause)

    return replace(clause, judge=not_judged, needs=(), of_kind=None)
