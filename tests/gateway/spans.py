"""The least tracer that OpenTelemetry's API takes: it keeps the spans in a list."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Link, Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import Attributes, AttributeValue


@dataclass(slots=True)
class Kept(Span):
    """A span as it was written, and whether it has ended."""

    name: str
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    told: list[object] = field(default_factory=list)
    ended: int = 0

    def end(self, end_time: int | None = None) -> None:
        self.ended += 1

    def get_span_context(self) -> SpanContext:
        return INVALID_SPAN_CONTEXT

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        self.attributes.update(attributes)

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self.attributes[key] = value

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        self.told.append((name, attributes))

    def update_name(self, name: str) -> None:
        self.name = name

    def is_recording(self) -> bool:
        return True

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        self.told.append((status, description))

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        self.told.append(exception)


class Keeper(Tracer):
    """A tracer that records as the real one does: also an exception, unless it was told not to."""

    def __init__(self) -> None:
        self.spans: list[Kept] = []

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
    ) -> Kept:
        self.spans.append(Kept(name, dict(attributes or {})))
        return self.spans[-1]

    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # but for its decorator  # noqa: PLR0917 - as the API has it
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
    ) -> Iterator[Kept]:
        span = self.start_span(name, context, kind, attributes, links, start_time)
        try:
            yield span
        except Exception as error:
            if record_exception:
                span.record_exception(error)
            if set_status_on_exception:
                span.set_status(StatusCode.ERROR, str(error))
            raise
        finally:
            span.end()
