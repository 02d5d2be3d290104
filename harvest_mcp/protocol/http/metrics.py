"""Serve the counters on a port of its own, from a thread: also while the server is busy."""

import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from harvest_mcp.counters import HERE

PATH, KIND = "/metrics", "text/plain; version=0.0.4; charset=utf-8"
SLOW = 5.0
"""Seconds a client has to send its request."""
PIPE = "_HARVEST_MCP_COUNTERS"
"""The variable that tells a worker the descriptor of the pipe for its counts."""


class CountersPage(BaseHTTPRequestHandler):
    """Answers a single path."""

    timeout = SLOW

    def do_GET(self) -> None:
        """Return the counters."""
        found = self.path.partition("?")[0] == PATH
        body = (HERE.text() if found else "").encode("ascii")
        self.send_response_only(200 if found else 404)
        self.send_header("Content-Type", KIND)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: requests may contain anything."""


class Port(ThreadingHTTPServer):
    """An HTTP server on a socket that is open already."""

    daemon_threads = True

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener.getsockname()[:2], CountersPage, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: the client is gone."""


def serve(listener: socket.socket) -> str:
    """Serve as long as this process lives; return the address."""
    Thread(target=Port(listener).serve_forever, daemon=True).start()
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{PATH}"


def counts_pipe() -> int:
    """Return the writing end of a pipe through which workers add to this process's counters."""
    heard, told = os.pipe()
    HERE.hear(heard)
    return told


def pass_counts_on() -> None:
    """Pass on what this worker counts, if counters are served."""
    if number := os.environ.get(PIPE):
        HERE.told_to(int(number))
