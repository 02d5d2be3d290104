"""Writes: journalled before they leave, settled when their answer is lost, undone by id."""

from harvest_mcp.changes.entries import BESIDE, OPEN, Change, Entry, Found, Outcome, Wanted
from harvest_mcp.changes.journal import Journal
from harvest_mcp.changes.writes import Changes

__all__ = ["BESIDE", "OPEN", "Change", "Changes", "Entry", "Found", "Journal", "Outcome", "Wanted"]
