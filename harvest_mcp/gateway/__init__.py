"""The way to a vendor: one account's calls, counted, timed, and retried where that is safe."""

import sys

from harvest_mcp.gateway.account import Account, Send, Waiting, nobody

__all__ = ["Account", "Send", "Waiting", "nobody"]

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # `import` takes None for a missing module
"""httpx without its command line, which it imports if `rich` is installed and which takes ten times as long."""
