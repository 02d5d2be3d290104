"""Writes, and what to do about one that got no answer."""

from harvest_mcp.changes.writes import Change, Changes

__all__ = ["Change", "Changes"]
