"""Approval outside the conversation: a page on this machine, and two commands for a terminal."""

from harvest_mcp.approval.local import LocalPage, approve_command

__all__ = ["LocalPage", "approve_command"]
