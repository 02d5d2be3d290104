"""Keeps every span of the process, of ours and of every library, as OpenTelemetry hands them to an exporter."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Link, Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import Attributes, AttributeValue

KEPT: list[str] = []
"""All that was written into spans while somebody kept them."""
_keeping = False


class _Kept(Span):
    def _note(self, *said: object) -> None:
        if _keeping:
            KEPT.extend(repr(each) for each in said)

    def end(self, end_time: int | None = None) -> None:
        self._note("ended")

    def get_span_context(self) -> SpanContext:
        return INVALID_SPAN_CONTEXT

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        self._note(dict(attributes))

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self._note({key: value})

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        self._note(name, attributes)

    def update_name(self, name: str) -> None:
        self._note(name)

    def is_recording(self) -> bool:
        return True

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        self._note(status, description)

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        self._note(exception, str(exception), attributes)


class _Tracer(Tracer):
    def start_span(  # noqa: PLR0917 - as the API has it
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        span = _Kept()
        span._note(name, dict(attributes or {}))
        return span

    @contextmanager
    def start_as_current_span(self, name: str, *given: Any, **named: Any) -> Iterator[Span]:  # type: ignore[override]  # takes whatever it is given
        span = self.start_span(name, *given, **{key: value for key, value in named.items() if key != "end_on_exit"})
        try:
            yield span
        except Exception as error:
            if named.get("record_exception", True):
                span.record_exception(error)
            if named.get("set_status_on_exception", True):
                span.set_status(StatusCode.ERROR, str(error))
            raise
        finally:
            span.end()


class _Provider(trace.TracerProvider):
    def get_tracer(self, *given: Any, **named: Any) -> Tracer:
        return _Tracer()


@contextmanager
def kept() -> Iterator[list[str]]:
    """What is written into spans meanwhile. The provider stays for the life of the process, as providers do."""
    global _keeping  # noqa: PLW0603 - one process has one provider
    if not isinstance(trace.get_tracer_provider(), _Provider):
        trace.set_tracer_provider(_Provider())
    KEPT.clear()
    _keeping = True
    try:
        yield KEPT
    finally:
        _keeping = False
