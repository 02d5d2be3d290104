"""Many records at once: what is there twice, merges, imports, and one change of many."""
