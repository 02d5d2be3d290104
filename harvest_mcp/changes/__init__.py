"""Writes: noted in the journal before they are sent, settled if the response is lost, and undone by id."""

from harvest_mcp.changes.batches import ChangeSet, ChangeSetDraft, Counted, Step
from harvest_mcp.changes.entries import BESIDE, OPEN, Change, Entry, Found, Hangs, Outcome, Snapshot, Unseen, Wanted
from harvest_mcp.changes.journal import Journal
from harvest_mcp.changes.timing import USUAL, Timing
from harvest_mcp.changes.writes import Changes

__all__ = [
    "BESIDE",
    "OPEN",
    "USUAL",
    "Change",
    "ChangeSet",
    "ChangeSetDraft",
    "Changes",
    "Counted",
    "Entry",
    "Found",
    "Hangs",
    "Journal",
    "Outcome",
    "Snapshot",
    "Step",
    "Timing",
    "Unseen",
    "Wanted",
]  # fmt: skip
