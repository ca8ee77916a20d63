"""Applications and servers to test, each on a database of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from serving import Server
from starlette.testclient import TestClient

from gpt2_service.app import create_app
from gpt2_service.boot import prepare_database, prepare_model
from gpt2_service.engine.protocol import Model
from gpt2_service.settings import Settings, load_settings

ClientFactory = Callable[..., TestClient]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def settings(database: Path) -> Settings:
    return load_settings({"ENGINE": "scripted", "DATABASE_URL": f"sqlite:///{database}"})


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
def serve(database: Path) -> Iterator[Callable[..., Server]]:
    """Start servers under gunicorn as the image does; they are gone after the test."""
    with ExitStack() as stack:

        def start(**environment: str) -> Server:
            defaults = {
                "ENGINE": "scripted",
                "DATABASE_URL": f"sqlite:///{database}",
                "HOST": "127.0.0.1",
            }
            server = Server({**defaults, **environment})
            stack.callback(server.close)
            return server

        yield start
