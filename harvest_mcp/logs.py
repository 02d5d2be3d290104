"""Logging to stderr, without a secret in it."""

import logging
from collections.abc import Sequence

LIBRARIES = ("httpx", "httpcore", "mcp", "stamina", "asyncio")
MUTE = ("stamina",)  # its line per retry says nothing that the gateway's own does not


class Redacted(logging.Formatter):
    """Blots out every secret in whatever a record says, its traceback included."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "********")
        return text


def to_stderr(level: str, secrets: Sequence[str] = ()) -> None:
    """Log this package at `level` and libraries at WARNING at least: httpx logs addresses, tokens included."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in LIBRARIES:
        least = logging.ERROR if name in MUTE else logging.WARNING
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
