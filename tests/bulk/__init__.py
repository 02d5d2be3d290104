"""Toolset bulk: duplicates, merges, imports and many changes at once."""
