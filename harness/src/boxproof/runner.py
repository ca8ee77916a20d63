"""``boxproof run``: open a session, let pytest judge the shipped suite, report."""

import os
import re
import shlex
from collections.abc import Collection, Generator, Sequence
from difflib import get_close_matches

import pytest
from rich.console import Console

from boxproof.clauses import registry
from boxproof.core import signals
from boxproof.core.cancellation import Cancellation
from boxproof.core.errors import BootFailed, BoxproofError, ConfigError, ExitCode
from boxproof.core.redaction import redacting
from boxproof.core.shards import Shard
from boxproof.journal.entries import HarnessFailed
from boxproof.pytest_plugin import early, plugin, stash, suite, suite_fixtures
from boxproof.pytest_plugin.revival import SHARED
from boxproof.reports import folder, github, terminal
from boxproof.scenarios.scheduler import asked_for
from boxproof.session import Session, Settings, open_session

#: A word of a clause's id.
WORD = re.compile(r"[a-z0-9]+")
#: From here on two words are near each other (difflib's ratio).
NEAR = 0.75


class Judging:
    """The pytest plugin of one ``boxproof run``: adopts the session, boots first, stays silent."""

    def __init__(
        self,
        session: Session,
        families: Sequence[str],
        ids: Collection[str],
        shard: Shard | None = None,
    ) -> None:
        self._session = session
        self._families = families
        self._ids = ids
        self._shard = shard
        self.error: BoxproofError | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand the session over and take pytest's own terminal report away."""
        stash.adopt(config, self._session)
        config.pluginmanager.unregister(name="terminalreporter")

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the families and the clauses that were asked for."""
        gone = [each for each in items if not self._is_asked_for(each)]
        if self._shard is not None:
            gone += self._others(self._shard, [each for each in items if each not in gone])
        items[:] = [each for each in items if each not in gone]
        config.hook.pytest_deselected(items=gone)

    def _is_asked_for(self, item: pytest.Item) -> bool:
        families, ids = self._families, self._ids
        return (not families or any(item.get_closest_marker(each) for each in families)) and (
            not ids or (isinstance(item, suite.ClauseItem) and item.clause.id in ids)
        )

    def _others(self, shard: Shard, items: list[pytest.Item]) -> list[pytest.Item]:
        """What other shards judge; of shards that are too many nothing is left to judge."""
        judged = [each for each in items if isinstance(each, suite.ClauseItem)]
        try:
            mine = shard.families(each.clause.family for each in judged)
        except ConfigError as error:
            self.error = error
            return items
        return [each for each in judged if each.clause.family not in mine]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Boot the shared deployment before the first clause, so that none is billed for it."""
        with early.loading(session):
            self._boot(session)
            return (yield)

    def _boot(self, session: pytest.Session) -> None:
        """Boot it, unless no clause asks for it."""
        try:
            if self.error is not None:
                raise self.error
            if not session.items:
                raise _nothing_selected(session.config.option.keyword)
            if SHARED in asked_for(session):
                self._session.shared()
            else:
                self._session.shared_deployment.prepare()
        except BootFailed:
            pytest.exit("the first boot failed", returncode=ExitCode.BOOT_FAILED)
        except BoxproofError as error:
            self.error = error
            pytest.exit(str(error), returncode=error.exit_code)

    def pytest_internalerror(self, excrepr: object) -> bool:
        """Put pytest's own failure into the journal; a run with one is never clean."""
        self._session.journal.write(HarnessFailed(what=str(excrepr)))
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Put a suite that cannot be collected into the journal."""
        if report.failed:
            self._session.journal.write(HarnessFailed(what=str(report.longrepr)))


def _nothing_selected(expression: str) -> ConfigError:
    """What to say where no clause was selected; a word that is nearly one of an id is named."""
    known = {word for each in registry.every() for word in WORD.findall(each.id)}
    words = [word for word in WORD.findall(expression) if word not in known]
    near = [each for word in words for each in get_close_matches(word, known, 1, NEAR)]
    given = f"-k {expression!r}: " if expression else ""
    meant = f" did you mean {near[0]!r}?" if near else ""
    return ConfigError(f"{given}no clause was selected;{meant} 'boxproof list' shows them all")


def run(
    settings: Settings,
    console: Console,
    *,
    families: Sequence[str] = (),
    ids: Collection[str] = (),
    expression: str = "",
) -> ExitCode:
    """Judge the service and write its journal and every report.

    Args:
        families: judges these alone; all where it is empty, as with ``ids`` and ``expression``.

    Raises:
        ConfigError, EngineError, PackageError: nothing was started.
    """
    registry.every()
    suite_fixtures.declared()
    cancellation = Cancellation()
    with signals.as_interrupt(cancellation.cancel), cancellation.governing():
        live = terminal.Live(console)
        session = open_session(settings, live.hear, cancellation=cancellation)
        judging = Judging(session, families, ids, settings.shard)
        with github.without_commands(os.environ):
            _judge_to_the_end(session, judging, expression)
            report, code = folder.write(session.journal.path)
            terminal.summary(report, console, code=code)
        github.append_summary(report, os.environ, code=code)
        for line in github.errors(report, os.environ):
            print(line)
        console.print(f"report: {session.report_folder / folder.PAGE}", soft_wrap=True)
        if report.red and code is ExitCode.BROKEN:
            where = settings.report_folder
            told = f" --report {shlex.quote(str(where))}" if where is not None else ""
            again = settings.again or f"boxproof run --failed{told}"
            console.print(f"again:  {again}", soft_wrap=True)
        return code


def _judge_to_the_end(session: Session, judging: Judging, expression: str) -> None:
    """Judge, and end the run however that ended.

    Raises:
        BoxproofError: nothing was begun.
    """
    interrupted = True
    try:
        interrupted = _judge(session, judging, expression)
    except KeyboardInterrupt:
        session.say("interrupted")
    finally:
        with signals.held("removing what the run made"):
            _end(session, judging, interrupted=interrupted)
    if judging.error is not None:
        with redacting(session.journal.redacted):
            raise judging.error


def _judge(session: Session, judging: Judging, expression: str) -> bool:
    """Let pytest judge the suite; returns whether it was interrupted."""
    # The team's own pytest settings and plugins (a random order, say) must not touch the verdict.
    os.environ.pop("PYTEST_ADDOPTS", None)
    arguments = [
        str(suite.FILE),
        f"--rootdir={session.config.root}",
        f"--config-file={os.devnull}",
        "--disable-plugin-autoload",
        "--import-mode=importlib",
        "--capture=no",
        "-p",
        "no:cacheprovider",
        "-p",
        "pytest_docker",
        *(["-k", expression] if expression else []),
    ]
    code = pytest.main(arguments, plugins=[plugin, judging])
    return code == pytest.ExitCode.INTERRUPTED


def _end(session: Session, judging: Judging, *, interrupted: bool) -> None:
    """End the run; one that was interrupted before its first boot has a report, too."""
    if judging.error is None:
        try:
            session.begin()
        except BoxproofError as error:
            judging.error = error
    session.end(interrupted=interrupted)
