"""JSON: how Harvest v2 is spelled."""
