"""Tools for many records at once: duplicates, merges, imports, exports and updates."""
