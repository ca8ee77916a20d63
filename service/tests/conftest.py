"""Applications and servers to test, each on a database of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from databases import url_of
from serving import ClientFactory, Server
from starlette.testclient import TestClient

from gpt2_service.app import create_app
from gpt2_service.boot import prepare_database, prepare_model
from gpt2_service.database_urls import DatabaseAddress, PostgresServer
from gpt2_service.engine.interfaces import Model
from gpt2_service.settings import Settings, load_settings

if TYPE_CHECKING:
    from postgres_server import Cluster

# Tests that import what the service does without, and the option that runs them.
OPTIONAL_TESTS = {
    Path(__file__).parent / "browser": "--chromium",
    Path(__file__).parent / "store" / "test_postgres.py": "--postgres",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run what needs a database on a PostgreSQL server that the tests start",
    )
    parser.addoption(
        "--chromium", action="store_true", help="run the tests of the page in a browser, too"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--postgres"):
        from postgres_server import MISSING, programs

        if programs() is None:
            raise pytest.UsageError(MISSING)
    if config.getoption("--chromium") and shutil.which("chromium") is None:
        raise pytest.UsageError(
            "--chromium needs Chromium: it is not on PATH; on Debian, apt-get install chromium"
        )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what needs a browser or a server where none is asked for."""
    option = OPTIONAL_TESTS.get(collection_path)
    return True if option is not None and not config.getoption(option) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the database that this run is not on: its file, or its server."""
    other = "database" if config.getoption("--postgres") else "cluster"
    left_out = [item for item in items if other in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of SQLite's; tests that need no more than a database take `address`."""
    return tmp_path / "history.db"


@pytest.fixture(scope="session")
def cluster() -> Iterator["Cluster"]:
    """The PostgreSQL server of this process's tests."""
    from postgres_server import running_cluster

    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shared_database(cluster: "Cluster") -> PostgresServer:
    return cluster.new_database()


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseAddress:
    """Where an empty database is."""
    if request.config.getoption("--postgres"):
        cluster: Cluster = request.getfixturevalue("cluster")
        return cluster.emptied(request.getfixturevalue("shared_database"))
    return tmp_path / "history.db"


@pytest.fixture
def settings(address: DatabaseAddress) -> Settings:
    return load_settings({"ENGINE": "scripted", "DATABASE_URL": url_of(address)})


@pytest.fixture
def make_client(settings: Settings) -> Iterator[ClientFactory]:
    """Make clients of running applications.

    `model` replaces the one that the settings name; `changes` are settings.
    """
    with ExitStack() as stack:

        def make(model: Model | None = None, **changes: Any) -> TestClient:
            changed = replace(settings, **changes)
            prepare_database(changed)
            loaded = prepare_model(changed)
            app = create_app(changed, model or loaded)
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(make_client: ClientFactory) -> TestClient:
    return make_client()


@pytest.fixture
def records(client: TestClient) -> list[dict[str, Any]]:
    """Five stored generations, oldest first."""
    prompts = (f"prompt number {number}" for number in range(1, 6))
    return [client.post("/generate", json={"prompt": prompt}).json() for prompt in prompts]


@pytest.fixture
def serve(address: DatabaseAddress) -> Iterator[Callable[..., Server]]:
    """Start servers under gunicorn as the image does; they are gone after the test."""
    with ExitStack() as stack:

        def start(**environment: str) -> Server:
            defaults = {
                "ENGINE": "scripted",
                "DATABASE_URL": url_of(address),
                "HOST": "127.0.0.1",
            }
            server = Server({**defaults, **environment})
            stack.callback(server.close)
            return server

        yield start
