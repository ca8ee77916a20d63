"""Spans of requests, as a collector gets them."""

import gzip
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from serving import Server

from gpt2_service.errors import SettingError
from gpt2_service.settings import TRACING_MODULES, load_settings

PATIENCE_SECONDS = 30
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP and hands out the spans, each with its resource's attributes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: queue.Queue[tuple[Any, dict[str, str]]] = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.server.spans.put((span, named))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing: the test says what it saw."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_request_is_a_span_of_its_callers_trace(
    collector: Collector, serve: Callable[..., Server]
) -> None:
    """With its id; probes make none. What is left is sent as the worker ends."""
    server = serve(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url).wait_until_ready()
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "X-Request-ID": "asked-1"}
    assert server.get("/health")[0] == 200
    server.text("/history?limit=1", **headers)
    server.terminate()
    assert server.wait() == 0
    span, resource = collector.spans.get(timeout=PATIENCE_SECONDS)
    attributes = {one.key: one.value for one in span.attributes}
    assert span.name == "GET /history"
    assert span.trace_id.hex() == TRACE
    assert attributes["http.response.status_code"].int_value == 200
    ids = attributes["http.response.header.x_request_id"].array_value.values
    assert [one.string_value for one in ids] == ["asked-1"]
    assert resource["service.name"] == "gpt2-service"
    assert collector.spans.empty()


@pytest.mark.parametrize("value", ["collector:4318", "ftp://collector", "http://"])
def test_the_collector_has_an_address(value: str) -> None:
    """Anything else is refused at the start."""
    with pytest.raises(SettingError, match="is not an address such as"):
        load_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": value})


@pytest.mark.parametrize("missing", ["opentelemetry", *TRACING_MODULES])
def test_traces_need_opentelemetry(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole; the extra is named where a part is missing."""
    for name in [each for each in sys.modules if f"{each}.".startswith(f"{missing}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SettingError, match=r"install 'gpt2-service\[tracing\]'"):
        load_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"})
