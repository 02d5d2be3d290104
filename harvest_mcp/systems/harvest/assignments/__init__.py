"""Who and what is on a Harvest project."""
