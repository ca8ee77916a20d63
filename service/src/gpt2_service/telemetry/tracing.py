"""Traces by OpenTelemetry: a span for each request, sent to a collector by OTLP over HTTP.

Needs the extra `tracing`. The variables of OpenTelemetry's SDK and of its OTLP exporter hold here,
too, but for those that choose another exporter or protocol
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
"""

import os
from typing import TYPE_CHECKING

from anyio import move_on_after, to_thread

from gpt2_service import __version__
from gpt2_service.telemetry.requests import REQUEST_ID_HEADER

if TYPE_CHECKING:
    from fastapi import FastAPI

# What is asked every few seconds, and says nothing of the service's use.
UNTRACED = "/health$,/livez$,/readyz$,/metrics$"
# A collector that is gone does not hold up the end of a worker for longer.
LAST_EXPORT_SECONDS = 2.0


class Tracing:
    """The spans of one application. Sending them takes a thread, which a fork would lose."""

    def __init__(self, app: "FastAPI") -> None:
        """Have every request of `app` make a span."""
        # Names of attributes that are stable, in place of those from before.
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
        os.environ.setdefault("OTEL_SERVICE_NAME", "gpt2-service")
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        resource = Resource.create({"service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=self._provider,
            excluded_urls=UNTRACED,
            http_capture_headers_server_response=[REQUEST_ID_HEADER],
            exclude_spans=["receive", "send"],
        )

    def start(self) -> None:
        """Send spans from this process, from now on."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))

    async def close(self) -> None:
        """Send what is left, if that takes no longer than LAST_EXPORT_SECONDS."""
        with move_on_after(LAST_EXPORT_SECONDS):
            await to_thread.run_sync(self._provider.shutdown, abandon_on_cancel=True)
