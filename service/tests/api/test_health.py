"""Health: what it looks at, and that it never waits for the model."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import ClientFactory
from models import FailingModel, WaitingModel
from starlette.testclient import TestClient

HEALTHY = {"status": "healthy", "detail": None}


def test_a_service_that_can_answer_is_healthy(client: TestClient) -> None:
    """Both endpoints agree."""
    response = client.get("/health")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "healthy", "model_loaded": True},
    )
    detailed = client.get("/health/detailed")
    assert detailed.status_code == 200
    assert detailed.json()["checks"] == {"database": HEALTHY, "model": HEALTHY}


def test_a_lost_database_is_unhealthy(client: TestClient, database: Path) -> None:
    """Also when connections to the lost file are still open."""
    client.get("/history")
    database.rename(database.with_suffix(".gone"))
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json() == {"status": "unhealthy", "model_loaded": True}
    detailed = client.get("/health/detailed")
    assert detailed.status_code == 503
    assert detailed.json()["status"] == "degraded"
    assert detailed.json()["checks"]["database"]["status"] == "unhealthy"
    assert detailed.json()["checks"]["model"] == HEALTHY


def test_a_failing_model_is_unhealthy_until_it_works_again(make_client: ClientFactory) -> None:
    """No client's request is needed for the recovery: health probes the model itself."""
    model = FailingModel()
    client = make_client(model)
    assert client.get("/health").status_code == 200
    client.post("/generate", json={"prompt": "x"})
    assert client.get("/health").json() == {"status": "unhealthy", "model_loaded": False}
    detail = client.get("/health/detailed").json()["checks"]["model"]["detail"]
    assert detail == "the latest call failed: RuntimeError"
    model.broken = False
    statuses = (client.get("/health").status_code for _ in range(1000))
    assert 200 in statuses


def test_health_does_not_wait_for_the_model(make_client: ClientFactory) -> None:
    """It is answered while the model works."""
    model = WaitingModel()
    client = make_client(model)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(client.post, "/generate", json={"prompt": "x"})
        assert model.started.wait(30)
        try:
            assert client.get("/health").status_code == 200
            assert not running.done()
        finally:
            model.may_end.set()
        assert running.result().status_code == 200
