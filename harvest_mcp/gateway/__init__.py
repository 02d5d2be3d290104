"""The way to a vendor: one account's calls, counted, timed, and retried where that is safe."""

import sys

from harvest_mcp.gateway.account import Account, Send, Waiting, nobody

__all__ = ["Account", "Send", "Waiting", "nobody"]

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # `import` takes None for a missing module
"""Without its command line, which httpx brings along where `rich` is installed: that takes ten times as long."""
