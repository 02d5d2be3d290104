"""The people and tasks on a Harvest project."""
