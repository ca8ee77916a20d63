"""What a clause's function may ask for by name.

The shipped suite alone sees these fixtures, so that no name of a team's own tests is taken; a
team's tests have :func:`boxproof.pytest_plugin.plugin.boxproof` and pytest-docker's fixtures.
"""

from collections.abc import Callable
from typing import Any

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.errors import ConfigError
from boxproof.core.time_budget import TimeBudget
from boxproof.drivers import openapi_validation as openapi
from boxproof.drivers.locust.load_process import Locust
from boxproof.drivers.schemathesis import Fuzzer
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.load_seconds import LoadMaker
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.probes.start_watch import Startup
from boxproof.probes.text_generator import TextGenerator
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work
from boxproof.pytest_plugin.early import fuzzing_process
from boxproof.pytest_plugin.stash import session_of
from boxproof.session import Session
from boxproof.shared_deployment import Shared
from boxproof.targets.abilities import (
    InspectsImage,
    InspectsProcesses,
    Kills,
    LimitsCpu,
    Pauses,
    ReadsLogs,
    RecreatesContainer,
    Restarts,
    RunsShell,
    SamplesUsage,
    TimesLogs,
    WaitsForExit,
)
from boxproof.targets.base import Deployment, Target
from boxproof.targets.engine_lock import EngineLock


@pytest.fixture(scope="session")
def session(pytestconfig: pytest.Config) -> Session:
    """The run's state."""
    return session_of(pytestconfig)


@pytest.fixture(scope="session")
def config(session: Session) -> Config:
    """What ``boxproof.toml`` says."""
    return session.config


@pytest.fixture(scope="session")
def journal(session: Session) -> Journal:
    """The run's journal."""
    return session.journal


@pytest.fixture(scope="session")
def seed(session: Session) -> int:
    """The seed that everything drawn at random starts from."""
    return session.seed


@pytest.fixture(scope="session")
def cycles(session: Session) -> int:
    """How many times the kill of the persistence family is repeated."""
    return session.cycles


@pytest.fixture(scope="session")
def target(session: Session) -> Target:
    """Where the service runs; boots further deployments."""
    return session.target


@pytest.fixture(scope="session")
def budget(session: Session) -> TimeBudget:
    """How long the run may take."""
    return session.budget


@pytest.fixture(scope="session")
def engine_lock(session: Session) -> EngineLock:
    """What everything on the engine, or on this machine, is done under."""
    return session.engine_lock


@pytest.fixture(scope="session")
def background_pool(session: Session) -> DaemonPool:
    """The threads of the background."""
    return session.background


@pytest.fixture(scope="session")
def shared(session: Session) -> Shared:
    """The deployment that all clauses share, booted when first asked for."""
    return session.shared()


@pytest.fixture(scope="session")
def deployment(shared: Shared) -> Deployment:
    """The shared deployment."""
    return shared.booted.deployment


@pytest.fixture(scope="session")
def http(shared: Shared) -> Client:
    """Sends requests to the shared deployment."""
    return shared.booted.http


@pytest.fixture(scope="session")
def work(shared: Shared) -> Work:
    """The valid request that makes the shared deployment do its job."""
    return shared.booted.work


@pytest.fixture(scope="session")
def generator(work: Work, config: Config) -> TextGenerator:
    """Asks the shared deployment for texts, as ``[generation]`` says.

    Raises:
        ConfigError: ``boxproof.toml`` does not say how it makes text.
    """
    if config.generation is None:
        raise ConfigError(f"{config.file} describes no texts; [generation] does")
    return TextGenerator(work, config.generation)


@pytest.fixture(scope="session")
def streamer(work: Work, config: Config) -> TextStreamer:
    """Asks the shared deployment for streams, as ``[streaming]`` says.

    Raises:
        ConfigError: ``boxproof.toml`` does not say how it streams.
    """
    if config.streaming is None:
        raise ConfigError(f"{config.file} describes no streams; [streaming] does")
    return TextStreamer(work, config.streaming)


@pytest.fixture(scope="session")
def record_stores(shared: Shared) -> tuple[RecordStore, ...]:
    """The records that the shared deployment keeps, of each kind; none where it keeps none."""
    return shared.booted.stores


@pytest.fixture(scope="session")
def records(shared: Shared) -> RecordStore:
    """The records that the shared deployment keeps: of the first kind, or of each in turn where the
    clause is judged for every kind.
    """
    return shared.booted.records


@pytest.fixture(scope="session")
def startup(shared: Shared) -> Startup:
    """How the shared deployment started for the first time.

    Raises:
        NotJudged: it ran before.
    """
    if isinstance(shared.startup, NotJudged):
        raise shared.startup
    return shared.startup


@pytest.fixture(scope="session")
def first_answer(shared: Shared) -> Answer:
    """The answer to the valid request that was sent the moment the service became ready.

    Raises:
        NoAnswer: it got none.
        NotJudged: it was not to be sent.
    """
    first = shared.first_answer
    if isinstance(first, NoAnswer | NotJudged):
        raise first
    return first


@pytest.fixture(scope="session")
def fuzzer(pytestconfig: pytest.Config, session: Session, shared: Shared) -> Fuzzer:
    """Judges the service against its OpenAPI document, once a run."""
    return Fuzzer(
        config=session.config,
        endpoint=shared.booted.http.endpoint,
        journal=session.journal,
        seed=session.seed,
        process=lambda: fuzzing_process(pytestconfig),
        say=session.say,
        max_examples=session.max_examples,
        budget=session.budget,
    )


@pytest.fixture(scope="session")
def load_maker(session: Session, shared: Shared) -> LoadMaker:
    """Puts the load of ``[load]`` on the shared deployment."""
    return Locust(
        endpoint=shared.booted.http.endpoint,
        config=session.config,
        run=session.run,
        folder=session.report_folder,
        say=session.say,
        web_port=session.web_port,
    )


@pytest.fixture(scope="session")
def openapi_problem() -> Callable[[dict[str, Any]], str]:
    """Says what makes an OpenAPI document invalid; empty when nothing does."""
    return openapi.problem_of


def _ability(protocol: type, name: str) -> Any:
    """A fixture that gives the shared deployment as one ability."""

    def give(deployment: Deployment) -> object:
        return deployment.ability(protocol)

    return pytest.fixture(give, scope="session", name=name)


logs = _ability(ReadsLogs, "logs")
restarts = _ability(Restarts, "restarts")
kills = _ability(Kills, "kills")
pauses = _ability(Pauses, "pauses")
processes = _ability(InspectsProcesses, "processes")
volume = _ability(RecreatesContainer, "volume")
limits = _ability(LimitsCpu, "limits")
image = _ability(InspectsImage, "image")
ends = _ability(WaitsForExit, "ends")
shell = _ability(RunsShell, "shell")
timed = _ability(TimesLogs, "timed")
usage = _ability(SamplesUsage, "usage")
