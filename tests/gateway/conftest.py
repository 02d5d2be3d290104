"""No proxy from outside, and TLS set up once: it takes 20 ms."""

import logging
from collections.abc import Iterator
from functools import cache

import httpx
import pytest

from harvest_mcp.config import logs


@pytest.fixture(autouse=True)
def no_proxies_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


tls_once = cache(httpx.create_ssl_context)


@pytest.fixture(autouse=True)
def tls_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx, "create_ssl_context", tls_once)


@pytest.fixture
def root_restored() -> Iterator[None]:
    """Puts the root logger and the libraries' back as they were."""
    loggers = [logging.getLogger(), *map(logging.getLogger, logs.LIBRARIES)]
    before = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    yield
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
