"""OpenTelemetry spans, if OTEL_EXPORTER_OTLP_ENDPOINT is set: loaded late, and stripped of user data."""

import logging
import os
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
    from opentelemetry.sdk.trace.export import SpanExporter

log = logging.getLogger("harvest_mcp.traces")

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
AFTER, FLUSH = 0.5, 2.0
"""Seconds until it is loaded, when what a client asks first is answered; and those that the last spans have."""
MISSING = f"{ENDPOINT} is set, and nothing can be sent there: pip install 'harvest-mcp[otel]'."
SDK, OWN = "mcp-python-sdk", "harvest_mcp"
"""Whose spans go out: one for each message, and one for each call to the vendor."""
METHODS = (
    *("initialize", "ping", "server/discover", "tools/list", "tools/call", "prompts/list", "prompts/get"),
    *("resources/list", "resources/templates/list", "resources/read", "completion/complete"),
    *("subscriptions/listen", "notifications/initialized", "notifications/cancelled"),
)
OTHER = "other"
SEGMENT = re.compile(r"[a-z_]+(?:\.xml)?", re.ASCII)
SHORT = re.compile(r"[A-Za-z0-9_. -]{1,60}", re.ASCII).fullmatch
PLAIN = ("mcp.protocol.version", "error.type", "rpc.response.status_code", "http.request.method", "outcome")
"""Attributes whose values are words of the protocol or ours, and are sent if they have that form."""
Names = Collection[str]


@asynccontextmanager
async def exporting(names: Callable[[], tuple[Names, Names]], after: float = AFTER) -> AsyncIterator[None]:
    """Send spans while the block runs, if a collector is configured; `names` returns the known tools and prompts.

    Nothing is imported without a collector.
    """
    if not os.environ.get(ENDPOINT):
        yield
        return
    begun = list["SpanProcessor"]()

    async def begin() -> None:
        await anyio.sleep(after)
        begun.extend(await anyio.to_thread.run_sync(_started, *names()))

    async with anyio.create_task_group() as group:
        group.start_soon(begin)
        try:
            yield
        finally:
            group.cancel_scope.cancel()
            for each in begun:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(_flush, each)


def _started(tools: Names, prompts: Names) -> "list[SpanProcessor]":
    """Load the exporter and install it; if the extra is missing, log that."""
    try:
        from opentelemetry import trace  # noqa: PLC0415 - after the first answer, for who asks for it
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - same
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - same
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - same
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - same
    except ImportError:
        log.warning(MISSING)
        return []
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "harvest-mcp"}
    processor = BatchSpanProcessor(cleaned(OTLPSpanExporter(), {*tools}, {*prompts}))
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    log.info("spans go to a collector")
    return [processor]


def _flush(processor: "SpanProcessor") -> None:
    """Send what is left, with a time limit."""
    last = Thread(target=processor.shutdown, daemon=True)
    last.start()
    last.join(FLUSH)


def cleaned(exporter: "SpanExporter", tools: Names, prompts: Names) -> "SpanExporter":
    """Return an exporter that sends on what `clean` leaves."""
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult  # noqa: PLC0415 - after the first answer

    class Cleaning(SpanExporter):
        def export(self, spans: "Sequence[ReadableSpan]") -> SpanExportResult:
            left = [clean(each, tools, prompts) for each in spans if _scope(each) in (SDK, OWN)]
            return exporter.export(left) if left else SpanExportResult.SUCCESS

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return exporter.force_flush(timeout_millis)

    return Cleaning()


def _scope(span: "ReadableSpan") -> str:
    return span.instrumentation_scope.name if span.instrumentation_scope else ""


def clean(span: "ReadableSpan", tools: Names, prompts: Names) -> "ReadableSpan":
    """Return a span without events, links and free text; of its attributes only those with known values."""
    from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415 - after the first answer
    from opentelemetry.trace import SpanContext, Status  # noqa: PLC0415 - same

    told = attributes(span.attributes or {}, tools, prompts)
    parts = [told.get(name) for name in ("mcp.method.name", "gen_ai.tool.name", "gen_ai.prompt.name")]
    bare = [
        each and SpanContext(each.trace_id, each.span_id, each.is_remote, each.trace_flags)
        for each in (span.context, span.parent)
    ]
    return ReadableSpan(
        name=span.name if _scope(span) == OWN else " ".join(filter(None, parts)),
        context=bare[0],
        parent=bare[1],
        resource=span.resource,
        attributes=told,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def attributes(given: Mapping[str, Any], tools: Names, prompts: Names) -> dict[str, str]:
    """Return the attributes that may be sent: known names, and paths without record ids."""
    known: Mapping[str, Callable[[str], str]] = {
        "mcp.method.name": lambda value: value if value in METHODS else OTHER,
        "gen_ai.operation.name": lambda value: value if value == "execute_tool" else OTHER,
        "gen_ai.tool.name": lambda value: value if value in tools else OTHER,
        "gen_ai.prompt.name": lambda value: value if value in prompts else OTHER,
    }
    told = {name: known[name](str(value)) for name, value in given.items() if name in known}
    told |= {name: str(value) for name, value in given.items() if name in PLAIN and SHORT(str(value))}
    if "url.path" in given:
        told["url.template"] = template(str(given["url.path"]))
    return told


def template(path: str) -> str:
    """Return an API path with every unknown segment replaced: `/clients/{}`."""
    return "/".join(each if not each or SEGMENT.fullmatch(each) else "{}" for each in path.split("/"))
