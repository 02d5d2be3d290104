"""The vendors: one folder each, one file per resource, data only."""
