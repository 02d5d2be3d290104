"""The way to a vendor: one account's calls, counted, timed, retried where that is safe."""

from harvest_mcp.gateway.account import Account, Send, Waiting, nobody

__all__ = ["Account", "Send", "Waiting", "nobody"]
