"""Serves the sandbox over a socket, for callers on this machine only."""

import socket
import time
from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox.app import Sandbox
from harvest_mcp.sandbox.asgi import is_loopback

if TYPE_CHECKING:
    from uvicorn import Server

PATIENCE = 60.0


def serve(
    sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0, ready: Callable[[str], None] | None = None
) -> None:
    """Serve until interrupted; call `ready` with the base address once the port is bound. Port 0 takes a free one.

    Raises:
        SettingsError: the host is not this machine, or the port is taken.
    """
    listener = _bound(host, port)
    if ready:
        ready(_address(listener))
    with suppress(KeyboardInterrupt):
        _server(sandbox).run(sockets=[listener])


@contextmanager
def running(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the sandbox in a thread and give its base address."""
    listener, server = _bound(host, port), _server(sandbox)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    try:
        _wait_for(lambda: server.started)
        yield _address(listener)
    finally:
        server.should_exit = server.force_exit = True
        thread.join(PATIENCE)


def _bound(host: str, port: int) -> socket.socket:
    """Return a listening socket, or raise with the system's own message."""
    if host != "localhost" and not is_loopback(host):
        raise SettingsError(f"The sandbox serves this machine only; {host} is not a loopback address.")
    try:
        made = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        # Reopened from its descriptor the socket knows that it is TCP; only then does asyncio set TCP_NODELAY.
        return socket.socket(fileno=made.detach())
    except OSError as error:
        raise SettingsError(f"The sandbox cannot listen on {host} port {port}: {error.strerror}.") from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("The sandbox did not start.")
        time.sleep(0.002)


def _server(sandbox: Sandbox) -> "Server":
    """Return a quiet uvicorn that passes each connection's transport to the application, which may break it."""
    from uvicorn import Config, Server  # noqa: PLC0415 - only who serves a socket pays for it
    from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - same

    class Breakable(H11Protocol):
        def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
            self.app_state = {**self.app_state, "transport": transport}
            super().connection_made(transport)

    config = Config(
        sandbox,
        http=Breakable,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return Server(config)
