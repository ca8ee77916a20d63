"""GET /metrics: what Prometheus reads."""

from prometheus_client.parser import text_string_to_metric_families
from serving import ClientFactory
from starlette.testclient import TestClient


def samples(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by its name and its labels, in the order of their names."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def requests(client: TestClient) -> dict[tuple[str, str, str], float]:
    """How many requests were counted, by method, route and status."""
    return {
        (labels[0][1], labels[1][1], labels[2][1]): value
        for (name, labels), value in samples(client).items()
        if name == "gpt2_http_requests_total"
    }


def test_it_is_prometheus_text(client: TestClient) -> None:
    """Version 0.0.4, which every Prometheus reads."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE gpt2_http_requests_total counter" in response.text


def test_requests_are_counted_by_template(client: TestClient) -> None:
    """So that ids, unknown paths and made-up methods are no series of their own."""
    client.post("/generate", json={"prompt": "x"})
    for path in ("/history/1", "/history/2", "/history/0", "/nothing", "/health/detailed"):
        client.get(path)
    client.head("/health")
    client.delete("/history/1")
    client.request("BREW", "/")
    assert requests(client) == {
        ("POST", "/generate", "200"): 1,
        ("GET", "/history/{record_id}", "200"): 1,
        ("GET", "/history/{record_id}", "404"): 1,
        ("GET", "/history/{record_id}", "422"): 1,
        ("GET", "none", "404"): 1,
        ("GET", "/health/detailed", "200"): 1,
        ("HEAD", "/health", "200"): 1,
        ("DELETE", "/history/{record_id}", "204"): 1,
        ("other", "/", "405"): 1,
    }


def test_durations_are_a_histogram(client: TestClient) -> None:
    """As many as requests, by method and route."""
    client.get("/health")
    client.get("/health")
    found = samples(client)
    labels = (("method", "GET"), ("route", "/health"))
    assert found["gpt2_http_request_duration_seconds_count", labels] == 2
    assert found["gpt2_http_request_duration_seconds_sum", labels] > 0


def test_applications_count_for_themselves(make_client: ClientFactory) -> None:
    """Nothing is shared between two in one process."""
    one, other = make_client(), make_client()
    one.get("/health")
    assert ("GET", "/health", "200") in requests(one)
    assert ("GET", "/health", "200") not in requests(other)
