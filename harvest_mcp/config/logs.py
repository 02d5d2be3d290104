"""Logging to stderr, with every secret masked."""

import json
import logging
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType

from harvest_mcp.config.secret import Secret, blotter

LIBRARIES = (
    *("httpx", "httpcore", "mcp", "asyncio", "keyring", "uvicorn", "opentelemetry"),
    "mcp.server.transport_security",
)
OURS = "harvest_mcp"
MUTE = (
    "mcp.server.transport_security",  # it quotes the name received; our own line does not
)


class Redacted(logging.Formatter):
    """A filter that masks every secret, in every form, in a record's message and traceback."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._blot = blotter(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self._blot(super().format(record))


class JsonLines(Redacted):
    """One JSON object a line; `told` are a record's own fields.

    Of an exception its type and place, never its message; of a library's record its template, without the arguments.
    """

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage() if record.name.startswith(OURS) else record.msg,
            "pid": record.process,
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            told["error"] = kind.__name__
            told["at"] = [f"{each.filename}:{each.lineno}" for each in traceback.extract_tb(trace)[-5:]]
        return self._blot(json.dumps(told))


def to_stderr(level: str, secrets: Iterable[Secret] = (), *, json_lines: bool = False) -> None:
    """Log this package at `level`, and libraries at WARNING or above, as they may log too much."""
    handler = logging.StreamHandler()
    handler.setFormatter((JsonLines if json_lines else Redacted)(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    sys.excepthook = _stopped
    for name in LIBRARIES:
        least = logging.ERROR if name in MUTE else logging.WARNING
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))


def _stopped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log an uncaught exception like everything else: its message may contain a secret."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger("harvest_mcp").critical("The server stopped.", exc_info=(kind, error, trace))
