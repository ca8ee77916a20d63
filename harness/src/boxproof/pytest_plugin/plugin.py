"""The pytest plugin: options, the fixtures of a team's own tests, and the hooks that judge clauses.

It does nothing until a test asks for one of its fixtures or the shipped suite is collected.
"""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.clauses import families
from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed, BoxproofError
from boxproof.core.waivers import settle
from boxproof.journal import within
from boxproof.journal.entries import ClauseBegan, ClauseJudged, HarnessFailed
from boxproof.pytest_plugin import docker_fixtures, stash
from boxproof.pytest_plugin.consequences import unless_consequence
from boxproof.pytest_plugin.judgement import judgement_of
from boxproof.pytest_plugin.late import takes_time
from boxproof.pytest_plugin.revival import note_judged, revive
from boxproof.pytest_plugin.stash import session_of
from boxproof.pytest_plugin.suite import DRAWN, FILE, ClauseItem, Suite
from boxproof.reports.model import NEVER_PARTIAL, fails, said_of
from boxproof.scenarios.scheduler import in_background
from boxproof.session import Session, tail
from boxproof.shared_deployment import Booted

#: Off by default: a team that uses pytest-docker itself loses nothing.
DOCKER_FIXTURES = "boxproof_docker_fixtures"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of a plain pytest run; ``boxproof run`` has them under its own names."""
    group = parser.getgroup("boxproof", "judge a service's image over HTTP")
    group.addoption(
        "--boxproof-config", metavar="FILE", help="default: boxproof.toml in the rootdir"
    )
    group.addoption(
        "--boxproof-target",
        choices=("auto", "compose", "process"),
        default="auto",
        help="default: auto, which is compose where an engine answers, else process",
    )
    group.addoption(
        "--boxproof-seed", metavar="N", type=int, help="default: a new one, which is shown"
    )
    group.addoption(
        "--boxproof-report", metavar="DIR", help="default: report/ beside boxproof.toml"
    )
    group.addoption(
        "--boxproof-trust-compose",
        action="store_true",
        help="let the compose file hand containers the host",
    )
    group.addoption(
        "--boxproof-full",
        action="store_true",
        help="judge what takes long, too: at most 10 minutes more",
    )
    group.addoption(
        "--boxproof-docker-fixtures",
        action="store_true",
        help="let pytest-docker's fixtures give the deployment that boxproof boots",
    )
    parser.addini(DOCKER_FIXTURES, "as --boxproof-docker-fixtures", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the families as markers, and take pytest-docker's fixtures over where asked."""
    if config.getini(DOCKER_FIXTURES) or config.getoption(DOCKER_FIXTURES):
        config.pluginmanager.register(docker_fixtures, docker_fixtures.__name__)
    try:
        found = families.every()
    except BoxproofError as error:
        raise pytest.UsageError(str(error)) from None
    for family in found.values():
        config.addinivalue_line("markers", f"{family.name}: {family.sentence}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep how the run ended for the reports."""
    stash.note_exit(session.config, exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End a session of this plugin's own making as ``boxproof run`` does, with its reports."""
    where = stash.close_own(config)
    if where:
        print(f"boxproof report: {where}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the shipped suite."""
    if file_path == FILE:
        return Suite.from_parent(parent, path=file_path)
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out a clause that needs an ability that the target lacks; journal the others."""
    if not isinstance(item, ClauseItem):
        return
    session = session_of(item.config)
    session.journal.write(ClauseBegan(id=item.clause.id))
    item.check_judged_here(session.target)
    if takes_time(item):
        session.budget.check()
    revive(item, item.clause, session)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Judge a clause while no other run is alone on this engine; bind what is journaled to it."""
    if not isinstance(item, ClauseItem):
        return (yield)
    with within(clause=item.clause.id), session_of(item.config).engine_lock.working():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what a clause raised into its verdict, and write that to the journal."""
    report = yield
    if not isinstance(item, ClauseItem):
        return report
    session = session_of(item.config)
    raised = call.excinfo.value if call.excinfo else None
    error = unless_consequence(item.session, item.clause, raised)
    if isinstance(error, NotJudged):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), 0, f"not judged ({error.cause}): {error.reason}")
    item.clause_seconds += call.duration
    if isinstance(error, pytest.exit.Exception | KeyboardInterrupt):
        return report
    if call.when == "teardown" and error is not None:
        session.journal.write(HarnessFailed(what=f"after {item.clause.id}: {error!r}"))
    elif error is not None or call.when == "call":
        judged = _verdict(session, item, error)
        session.journal.write(judged)
        if report.failed and not fails(judged, session.config.fail_on):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, said_of(judged))
    return report


def _verdict(session: Session, item: ClauseItem, error: BaseException | None) -> ClauseJudged:
    said = judgement_of(error)
    note_judged(item, item.clause, said.verdict)
    settled = settle(
        item.clause.id,
        said.verdict,
        said.summary or item.note,
        said.evidence,
        findings=said.findings,
        # What is named and never judged leaves nothing to accept.
        waivers=() if said.cause in NEVER_PARTIAL else session.config.waivers,
        today=session.today,
    )
    return ClauseJudged(
        id=item.clause.id,
        family=item.clause.family,
        level=item.clause.level,
        sentence=item.clause.sentence,
        verdict=settled.verdict,
        seconds=round(item.clause_seconds, 3),
        summary=settled.summary,
        evidence=settled.evidence,
        cause=said.cause,
        background=in_background(frozenset(item.fixturenames)),
        drawn=DRAWN in item.fixturenames,
        anomalies=said.anomalies,
        findings=tuple(replace(each, evidence=()) for each in said.findings),
        waived=settled.waived,
    )


@pytest.fixture(scope="session")
def boxproof(pytestconfig: pytest.Config) -> Booted:
    """The booted service for a team's tests: ``http``, ``work``, ``records``, ``deployment``."""
    try:
        session = session_of(pytestconfig)
    except BoxproofError as error:
        pytest.exit(str(error), returncode=error.exit_code)
    try:
        return session.shared().booted
    except BoxproofError as error:
        log = tail(error.log) if isinstance(error, BootFailed) else ()
        told = "\n".join((str(error), *log))
        pytest.exit(session.journal.redacted(told), returncode=error.exit_code)
