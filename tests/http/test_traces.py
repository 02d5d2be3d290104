"""What goes to a collector: spans of the same names and words for everybody, and nothing that anybody wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx2
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.http.kit import call, message, modern
from tests.http.process import started
from tests.patience import PATIENCE

SECRET = "Zaphod"


@contextmanager
def collecting() -> Iterator[tuple[str, list[bytes]]]:
    """A collector at a free port, and the bodies it was sent."""
    bodies = list[bytes]()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()


def spans(bodies: list[bytes]) -> list[Span]:
    read = [ExportTraceServiceRequest.FromString(each) for each in bodies]
    return [span for each in read for of in each.resource_spans for scope in of.scope_spans for span in scope.spans]


def test_spans_go_to_a_collector_without_a_word_of_a_caller_or_a_record(tmp_path: Path) -> None:
    way = ("--sandbox", "--http", "127.0.0.1:0", "--auth", "none", "--drain-seconds", "0", "--log-level", "DEBUG")
    with collecting() as (url, bodies), started(tmp_path, {"OTEL_EXPORTER_OTLP_ENDPOINT": url}, *way) as server:
        server.wait_for("spans go to a collector")
        server.call("get_client", client_id=11072)
        server.call("list_contacts", query=SECRET)
        for sent in (call(f"no_{SECRET}"), message("prompts/get", name=SECRET), message(f"{SECRET}/x")):
            sent["id"] = SECRET
            sent["params"]["_meta"] = {
                **sent["params"]["_meta"],
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "tracestate": f"x={SECRET}",
            }
            httpx2.post(server.url, json=sent, headers=modern(sent), timeout=PATIENCE)
        server.end(15)
        assert server.ended() == 0
        logged = (tmp_path / "log").read_text()
    found = spans(bodies)
    assert {each.name for each in found} >= {"tools/call get_client", "tools/call other", "prompts/get other", "other"}
    vendors = [each for each in found if each.name == "harvest GET"]
    told = {one.key: one.value.string_value for one in vendors[0].attributes}
    assert told == {"http.request.method": "GET", "url.template": "/clients/{}", "outcome": "200"}
    assert vendors[0].parent_span_id in {each.span_id for each in found}
    assert not any(each.events or each.links or each.trace_state or each.status.message for each in found)
    assert SECRET.encode() not in b"".join(bodies)
    assert "11072" not in str(found)
    assert SECRET not in logged
